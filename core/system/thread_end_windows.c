// SPDX-License-Identifier: MIT
// The end of a thread, by a slot of fiber-local storage whose callback is called then, under no lock of the system's.
//
// A fiber that is deleted counts as its thread's end: who asks in one asks again in the next.
#include "wide_windows.h"

#include "system.h"

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static DWORD slot = FLS_OUT_OF_INDEXES;

static void NTAPI call_at_end(void *end) {
    ((const SystemThreadEnd *)end)->function();
}

/* The code that is called has to stay. */
static BOOL CALLBACK take_slot(INIT_ONCE *taken, void *unused, void **also_unused) {
    (void)taken;
    (void)unused;
    (void)also_unused;
    slot = FlsAlloc(call_at_end);
    (void)system_pin(&slot);
    return TRUE;
}

bool system_at_thread_end(const SystemThreadEnd *end) {
    (void)InitOnceExecuteOnce(&once, take_slot, NULL, NULL);
    return slot != FLS_OUT_OF_INDEXES && FlsSetValue(slot, (void *)(uintptr_t)end);
}
