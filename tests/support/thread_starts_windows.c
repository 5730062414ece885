// SPDX-License-Identifier: MIT
// Counts the library's calls of CreateThread(), and refuses them on demand.
#include <stdlib.h>
#include <windows.h>

#include "thread_starts.h"

ThreadStarts threads;

typedef HANDLE WINAPI CreateThreadFunction(LPSECURITY_ATTRIBUTES attributes, SIZE_T stack,
                                           LPTHREAD_START_ROUTINE routine, LPVOID argument, DWORD flags, LPDWORD id);

typedef struct Start {
    LPTHREAD_START_ROUTINE routine;
    LPVOID argument;
} Start;

static DWORD WINAPI run(LPVOID given) {
    Start start = *(Start *)given;
    free(given);
    DWORD result = start.routine(start.argument);
    threads.alive--;
    return result;
}

static HANDLE WINAPI create_counted(LPSECURITY_ATTRIBUTES attributes, SIZE_T stack, LPTHREAD_START_ROUTINE routine,
                                    LPVOID argument, DWORD flags, LPDWORD id) {
    CreateThreadFunction *create =
        (CreateThreadFunction *)(uintptr_t)GetProcAddress(GetModuleHandleA("kernel32.dll"), "CreateThread");
    Start *start = malloc(sizeof(*start));
    if (threads.refuse > 0)
        threads.refuse--;
    else if (create && start && threads.refuse == 0) {
        *start = (Start){routine, argument};
        threads.started++;
        threads.alive++;
        return create(attributes, stack, run, start, flags, id);
    }
    free(start);
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return NULL;
}

/* What an import library would define: the pointer that calls of CreateThread() go through. */
extern CreateThreadFunction *const __imp_CreateThread;
CreateThreadFunction *const __imp_CreateThread = create_counted;
