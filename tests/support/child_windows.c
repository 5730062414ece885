// SPDX-License-Identifier: MIT
// Children that are this program started again.
//
// Parent and child have one piece of memory at the same address. Code and static data have the same addresses as well:
// the build switches their randomization off.
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "child.h"

#define VARIABLE                                                                                                       \
    "SAMRENA_TEST_CHILD" /* the handle of the shared memory, its address, and the task's, in hexadecimal               \
                          */

enum { SHARED_SIZE = 32 << 20 };

typedef struct Shared {
    size_t used; /* this struct included */
} Shared;

typedef struct Task {
    void (*body)(const void *argument);
    unsigned char argument[];
} Task;

static HANDLE mapping;
static Shared *shared;
static const Task *task;    /* of this process, if it is a child */
static size_t used_by_main; /* of a child's shared memory, before its body */

static void share_with_parent(const char *value) {
    unsigned long long numbers[3];
    if (sscanf(value, "%llx,%llx,%llx", &numbers[0], &numbers[1], &numbers[2]) != 3)
        abort();
    mapping = (HANDLE)(uintptr_t)numbers[0];
    shared = MapViewOfFileEx(mapping, FILE_MAP_WRITE, 0, 0, SHARED_SIZE, (void *)(uintptr_t)numbers[1]);
    task = (const Task *)(uintptr_t)numbers[2];
    used_by_main = sizeof(*shared);
}

static void share_with_none_yet(void) {
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};
    mapping = CreateFileMappingW(INVALID_HANDLE_VALUE, &inherited, PAGE_READWRITE, 0, SHARED_SIZE, NULL);
    shared = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, SHARED_SIZE);
    if (shared)
        shared->used = sizeof(*shared);
}

static void have_shared_memory(void) {
    const char *value = getenv(VARIABLE);
    if (shared)
        return;
    if (value)
        share_with_parent(value);
    else
        share_with_none_yet();
    if (!shared)
        abort();
}

void *shared_with_children(size_t size) {
    have_shared_memory();
    size_t *used = task ? &used_by_main : &shared->used;
    size_t at = (*used + 63) / 64 * 64;
    if (size > SHARED_SIZE - at)
        abort();
    *used = at + size;
    return (unsigned char *)shared + at;
}

static void end_by_signal(int number) {
    TerminateProcess(GetCurrentProcess(), (UINT)CHILD_KILLED(number));
}

void child_starts_here(void) {
    have_shared_memory();
    const Task *own = task;
    if (!own)
        return;
    task = NULL; /* what is got from here on is for children of its own */
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    signal(SIGABRT, end_by_signal);
    _putenv("CMOCKA_TEST_ABORT=1");
    _putenv(VARIABLE "=");
    own->body(own->argument);
    fflush(NULL);
    _exit(0);
}

intptr_t start_child(void (*body)(const void *argument), const void *argument, size_t size) {
    Task *given = shared_with_children(sizeof(*given) + size);
    char value[64];
    wchar_t program[MAX_PATH];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process;
    given->body = body;
    if (size > 0)
        memcpy(given->argument, argument, size);
    snprintf(value, sizeof(value), "%llx,%llx,%llx", (unsigned long long)(uintptr_t)mapping,
             (unsigned long long)(uintptr_t)shared, (unsigned long long)(uintptr_t)given);
    GetModuleFileNameW(NULL, program, MAX_PATH);
    fflush(NULL);
    SetEnvironmentVariableA(VARIABLE, value);
    BOOL made = CreateProcessW(program, GetCommandLineW(), NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process);
    SetEnvironmentVariableA(VARIABLE, NULL);
    if (!made)
        return -1;
    CloseHandle(process.hThread);
    return (intptr_t)process.hProcess;
}

static int status_of_code(DWORD code) {
    if (code == EXCEPTION_ACCESS_VIOLATION || code == EXCEPTION_STACK_OVERFLOW || code == EXCEPTION_IN_PAGE_ERROR)
        return CHILD_KILLED(SIGSEGV);
    return code < CHILD_HUNG ? (int)code : CHILD_KILLED(SIGILL);
}

int end_of_child(intptr_t child) {
    HANDLE process = (HANDLE)child;
    DWORD code = 0;
    if (child == -1)
        return CHILD_NOT_MADE;
    bool ended = WaitForSingleObject(process, child_seconds * 1000) == WAIT_OBJECT_0;
    if (!ended)
        TerminateProcess(process, CHILD_HUNG);
    GetExitCodeProcess(process, &code);
    CloseHandle(process);
    return ended ? status_of_code(code) : CHILD_HUNG;
}
