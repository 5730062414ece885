// SPDX-License-Identifier: MIT
// Threads of the library's own and its monitor, as Windows has them. There is no fork.
#include "wide_windows.h"

#include "checked_math.h"
#include "system.h"

/* ---- Threads ---- */

static DWORD WINAPI enter_thread(void *given) {
    const SystemThread *thread = given;
    thread->run(thread->argument);
    return 0;
}

/* A small stack of its own. A new thread has the usual priority, whatever its starter's is. */
bool system_thread_start(SystemThread *thread) {
    enum { STACK = 256 << 10 };
    HANDLE handle = CreateThread(NULL, STACK, enter_thread, thread, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    thread->handle = (uintptr_t)handle;
    return handle;
}

void system_thread_join(SystemThread *thread) {
    HANDLE handle = (HANDLE)thread->handle;
    (void)WaitForSingleObject(handle, INFINITE);
    CloseHandle(handle);
}

/* In milliseconds, not less. */
static DWORD milliseconds(uint64_t nanoseconds) {
    return (DWORD)min_u64(nanoseconds / 1000000 + (nanoseconds % 1000000 != 0), INFINITE - 1);
}

void system_sleep(uint64_t nanoseconds) {
    Sleep(milliseconds(nanoseconds));
}

/* ---- The monitor ---- */

static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;

/* The library stays: a thread of its own may be in it when the program would unload it. */
bool system_monitor_begin(void (*in_child)(void)) {
    (void)in_child;
    (void)system_pin(&lock);
    return true;
}

void system_monitor_enter(void) {
    AcquireSRWLockExclusive(&lock);
}

bool system_monitor_try_enter(void) {
    return TryAcquireSRWLockExclusive(&lock);
}

void system_monitor_leave(void) {
    ReleaseSRWLockExclusive(&lock);
}

bool system_monitor_wait(uint64_t nanoseconds) {
    return SleepConditionVariableSRW(&changed, &lock, milliseconds(nanoseconds), 0);
}

void system_monitor_wake_all(void) {
    WakeAllConditionVariable(&changed);
}
