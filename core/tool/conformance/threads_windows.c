// SPDX-License-Identifier: MIT
// Threads as Windows has them.
#include "threads.h"

#include <windows.h>

static DWORD WINAPI enter(void *given) {
    const Thread *thread = given;
    thread->run(thread->argument);
    return 0;
}

bool thread_start(Thread *thread, void (*run)(void *argument), void *argument) {
    *thread = (Thread){.run = run, .argument = argument};
    thread->handle = (uintptr_t)CreateThread(NULL, 0, enter, thread, 0, NULL);
    return thread->handle != 0;
}

void thread_join(Thread *thread) {
    WaitForSingleObject((HANDLE)thread->handle, INFINITE);
    CloseHandle((HANDLE)thread->handle);
}

void thread_yield(void) {
    if (!SwitchToThread())
        Sleep(1);
}
