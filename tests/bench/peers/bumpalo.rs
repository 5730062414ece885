// SPDX-License-Identifier: MIT
// The loops of the peer bumpalo, in Rust, so that it is inlined as its users get it: what loops.h says in C, with the
// numbers of peer.h. The barrier is the same: it is given the block, and may read and write all memory.
use bumpalo::Bump;
use std::alloc::Layout;
use std::arch::asm;
use std::ptr::null_mut;

const PUSHES: usize = 640;
const BLOCK_SIZE: usize = 24;
const INT_SIZE: usize = 4;
const TRIPLE_SIZE: usize = 12;
const MIXED_PUSHES: usize = 320;
const REQUEST_SIZE: usize = 64;
const REQUEST_PUSHES: usize = 20;
const TREE_DEPTH: u32 = 20;
const PEER_PAGE: usize = 32 << 10;

const PUSH_ALIGNMENT: usize = 16;
const NODE_ALIGNMENT: usize = 8;

extern "C" {
    static mixed_sizes: [u32; MIXED_PUSHES];
    static text_sizes: [u32; PUSHES];
}

struct Block {
    next: *mut Block,
}

struct Node {
    left: *mut Node,
    right: *mut Node,
    value: u64,
}

#[inline(always)]
unsafe fn push(bump: &Bump, size: usize, alignment: usize) -> *mut u8 {
    bump.alloc_layout(Layout::from_size_align_unchecked(size, alignment)).as_ptr()
}

#[inline(always)]
unsafe fn use_memory<T>(memory: *mut T) {
    asm!("/* {0} */", in(reg) memory, options(nostack, preserves_flags));
}

#[inline(always)]
unsafe fn use_block(memory: *mut u8, newest: *mut Block) -> *mut Block {
    let block = memory as *mut Block;
    (*block).next = newest;
    use_memory(block);
    block
}

#[inline(always)]
unsafe fn push_blocks(bump: &mut Bump, turns: u64, alignment: usize) {
    for _ in 0..turns {
        let mut newest = null_mut();
        for _ in 0..PUSHES {
            newest = use_block(push(bump, BLOCK_SIZE, alignment), newest);
        }
        bump.reset();
    }
}

#[no_mangle]
unsafe extern "C" fn bumpalo_push_constant(bump: &mut Bump, turns: u64) {
    push_blocks(bump, turns, PUSH_ALIGNMENT);
}

#[no_mangle]
unsafe extern "C" fn bumpalo_push_typed(bump: &mut Bump, turns: u64) {
    push_blocks(bump, turns, NODE_ALIGNMENT);
}

#[no_mangle]
unsafe extern "C" fn bumpalo_push_mixed(bump: &mut Bump, turns: u64) {
    for _ in 0..turns {
        let mut newest = null_mut();
        for i in 0..MIXED_PUSHES {
            newest = use_block(push(bump, mixed_sizes[i] as usize, PUSH_ALIGNMENT), newest);
        }
        bump.reset();
    }
}

#[inline(always)]
unsafe fn push_integers(bump: &mut Bump, turns: u64, size: usize) {
    for _ in 0..turns {
        for i in 0..PUSHES {
            let block = push(bump, size, INT_SIZE) as *mut u32;
            *block = i as u32;
            use_memory(block);
        }
        bump.reset();
    }
}

#[no_mangle]
unsafe extern "C" fn bumpalo_push_ints(bump: &mut Bump, turns: u64) {
    push_integers(bump, turns, INT_SIZE);
}

#[no_mangle]
unsafe extern "C" fn bumpalo_push_triples(bump: &mut Bump, turns: u64) {
    push_integers(bump, turns, TRIPLE_SIZE);
}

#[no_mangle]
unsafe extern "C" fn bumpalo_push_texts(bump: &mut Bump, turns: u64) {
    for _ in 0..turns {
        for i in 0..PUSHES {
            let text = push(bump, text_sizes[i] as usize, 1);
            *text = 0;
            use_memory(text);
        }
        bump.reset();
    }
}

#[inline(always)]
unsafe fn push_request(bump: &Bump) {
    let mut newest = null_mut();
    for _ in 0..REQUEST_PUSHES {
        newest = use_block(push(bump, REQUEST_SIZE, PUSH_ALIGNMENT), newest);
    }
}

#[no_mangle]
unsafe extern "C" fn bumpalo_request_reset(bump: &mut Bump, turns: u64) {
    for _ in 0..turns {
        push_request(bump);
        bump.reset();
    }
}

#[no_mangle]
unsafe extern "C" fn bumpalo_request(_state: *mut Bump, turns: u64) {
    for _ in 0..turns {
        push_request(&Bump::new());
    }
}

#[inline(never)]
unsafe fn build_tree(bump: &Bump, depth: u32) -> *mut Node {
    let node = push(bump, std::mem::size_of::<Node>(), NODE_ALIGNMENT) as *mut Node;
    (*node).left = if depth > 1 { build_tree(bump, depth - 1) } else { null_mut() };
    (*node).right = if depth > 1 { build_tree(bump, depth - 1) } else { null_mut() };
    (*node).value = u64::from(depth);
    node
}

#[no_mangle]
unsafe extern "C" fn bumpalo_tree(bump: &mut Bump, turns: u64) {
    for _ in 0..turns {
        use_memory(build_tree(bump, TREE_DEPTH));
        bump.reset();
    }
}

#[no_mangle]
extern "C" fn bumpalo_open() -> *mut Bump {
    Box::into_raw(Box::new(Bump::with_capacity(PEER_PAGE)))
}

#[no_mangle]
unsafe extern "C" fn bumpalo_close(bump: *mut Bump) {
    drop(Box::from_raw(bump));
}
