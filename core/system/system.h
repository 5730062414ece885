// SPDX-License-Identifier: MIT
// All that is asked of the operating system outside of core/loader; one file a system answers, chosen by the build.
//
// Nothing here fails loudly: what a system does not tell is "not known", and each function says what that looks like.
// Any thread may call any of them. None needs more than 4 KiB of stack.
#ifndef SAMRENA_CORE_SYSTEM_H
#define SAMRENA_CORE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- The process ---- */

/* Bytes; a power of two. */
uint64_t system_page_size(void);

/* Whether the process has rights that its caller does not have. */
bool system_is_elevated(void);

/* *text: the variable's, on the heap; NULL where it is not set, is no text, or where the process has elevated rights:
   its caller must not steer it. False, and NULL: the heap has nothing left, so that what it says is not known. */
bool system_environment(const char *name, char **text);

/* A number that differs in a forked child. */
uint64_t system_process(void);

/* Nanoseconds since some point in the past; never goes back. */
uint64_t system_now(void);

/* What is called when a thread ends that asked for it. Static; there is one in the library. */
typedef struct SystemThreadEnd {
    void (*function)(void);
} SystemThreadEnd;

/* For this thread; whatever asks again while it ends is called once more. False: it cannot be. */
bool system_at_thread_end(const SystemThreadEnd *end);

/* What the core does at the end of the library, or of the process: core/end.c has it, and the system calls it once,
   while what is local to the thread that ends is still there. */
void library_end(void);

/* Whether the process ends, and has taken all other threads away from where they were: what they held nobody leaves,
   and what they were doing is not being done. */
bool system_threads_are_gone(void);

/* ---- Threads of the library's own ----
 *
 * Nobody has one who did not ask for it. They block all signals, and are not there in a forked child. */

typedef struct SystemThread {
    void (*run)(void *argument);
    void *argument;
    bool yields;      /* to all others: it has no real-time priority, though who starts it may */
    uintptr_t handle; /* the system's */
} SystemThread;

/* All but `handle` is set, and the struct stays where it is until the thread is joined. False: there is none. */
bool system_thread_start(SystemThread *thread);
void system_thread_join(SystemThread *thread); /* who calls cannot be cancelled meanwhile */

/* Lets the processor be something else's for so long. */
void system_sleep(uint64_t nanoseconds);

/* The one monitor of the library: a lock, and a queue of those who wait for what changes under it. Nothing else is
   asked of the system, or called, while it is held. A fork waits for it, so that the child finds it free, and what it
   guards whole; `in_child` is then called there once, in the child's only thread. */
bool system_monitor_begin(void (*in_child)(void)); /* any number of times, with one function; false: it cannot be had */
void system_monitor_enter(void);
bool system_monitor_try_enter(void); /* without waiting */
void system_monitor_leave(void);
/* Leaves, waits to be woken, or for so long, and enters again. False: nobody woke it. Nor can it be cancelled. */
bool system_monitor_wait(uint64_t nanoseconds);
void system_monitor_wake_all(void);

/* ---- Processors ---- */

/* Processors that this process may use at once: by its affinity, and by the quota of each cgroup that it is in. Reads
   files; at least 1. `root`: as with system_pressure(). */
uint64_t system_processors(const char *root);

/* Threads of the whole machine that run or wait for a processor now, the calling one included; 0: not told. */
uint64_t system_running(const char *root);

/* ---- Memory ---- */

/* Bytes of [from, from + size) in pages that are in memory now; UINT64_MAX: not told. */
uint64_t system_resident(const unsigned char *from, uint64_t size);

/* Pages of readable and writable memory that fault when they are touched; what they hold may be lost, and so may what
   makes them resident. False: none of them does, as the system has no guards for that memory, or none left. */
bool system_guard(unsigned char *from, uint64_t size);
/* The same pages, guards or not, can be touched again. False: some cannot, for want of memory. */
bool system_unguard(unsigned char *from, uint64_t size);

typedef struct SystemPressure {
    uint64_t spare;    /* bytes that can be made resident before something has to give; UINT64_MAX: nothing is known */
    bool stalled;      /* tasks are already waiting for memory: spare nothing */
    char decided[128]; /* what the answer rests on, for people: "MemAvailable", "memory.max of /a/b", "RLIMIT_DATA" */
} SystemPressure;

/* How much memory the machine can spare: asked before a large prefault, never learnt from being killed by one. Reads
   afresh at every call. `root` is put before /proc and /sys, so that tests can show it made-up trees: "" for the real
   ones; a system that has none does not look at it. What is missing or garbled counts as not known. */
SystemPressure system_pressure(const char *root);

/* What limits of the process's own may have made the system refuse memory, to stand behind the system's words:
   "; RLIMIT_AS is 67108864 bytes (ulimit -v)", or "" where there are none. */
typedef struct SystemLimits {
    char text[128];
} SystemLimits;
SystemLimits system_limits(void);

/* ---- Files and shared objects ---- */

/* `path` as it is from anywhere, links and all, on the heap; NULL: errno says why. */
char *system_absolute_path(const char *path);

/* The whole of a small file: *text, on the heap with a 0 behind its *size bytes; NULL where there is no such file, or
   nothing in it. Returns NULL, or why not: it is no regular file, larger than `most`, or others can write it, or swap
   it in its folder; what it says is valid until the next call. */
const char *system_read_file(const char *path, size_t most, char **text, size_t *size);

/* Puts a file with those bytes in its place, or leaves what is there as it is: a temporary one beside it is written and
   renamed. Its owner alone can read it. Returns NULL, or why not. */
const char *system_replace_file(const char *path, const char *bytes, size_t size);

/* `path` made absolute and without links, on the heap; NULL: errno says why. */
char *system_real_path(const char *path);

/* The shared object that holds the address is not unloaded any more. False: it could not be seen to, as with the main
   program, which stays anyway. */
bool system_pin(const void *address);

/* Whether the address lies in that file as it is loaded; true also where the system does not tell. */
bool system_is_from(const void *address, const char *file);

/* The folder that this library was loaded from; false: not known, or longer than `size`. */
bool system_library_folder(char *folder, size_t size);

#endif
