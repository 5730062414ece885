// SPDX-License-Identifier: MIT
// Asks a child that is this program started again.
//
// Question and answer lie in memory that both have; the child's command line says which handle it has of it. A job
// holds the child and what it starts, and ends with this process at the latest.
#include "child.h"

#include <signal.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

enum { REASON_SIZE = 128 };

/* The first word of a child's command line; the work's number and the handle follow. */
#define CHILD_WORD "--answer"

typedef struct Exchange {
    size_t answer_at; /* in bytes */
    bool is_answered;
    alignas(16) unsigned char bytes[]; /* question and answer */
} Exchange;

typedef struct Child {
    HANDLE memory, job, process;
    Exchange *exchange;
} Child;

static const ChildWork *all_works;

/* ---- In the child ---- */

static void end_as_aborted(int signal) {
    (void)signal;
    TerminateProcess(GetCurrentProcess(), (UINT)STATUS_FATAL_APP_EXIT);
}

/* What goes wrong here is told by the parent: nobody is shown a dialog, or asked for a debugger. */
static LONG WINAPI end_by_exception(EXCEPTION_POINTERS *exception) {
    TerminateProcess(GetCurrentProcess(), exception->ExceptionRecord->ExceptionCode);
    return EXCEPTION_EXECUTE_HANDLER;
}

/* Ends without the plugin's exit handlers: what there was to say has been said. */
static void answer_and_end(const ChildWork *work, HANDLE memory) {
    Exchange *exchange = MapViewOfFile(memory, FILE_MAP_WRITE, 0, 0, 0);
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    SetUnhandledExceptionFilter(end_by_exception);
    signal(SIGABRT, end_as_aborted);
    if (exchange) {
        work->answer(exchange->bytes, exchange->bytes + exchange->answer_at);
        exchange->is_answered = true;
    }
    TerminateProcess(GetCurrentProcess(), exchange ? 0 : 1);
}

void child_begin(const ChildWork *works, int argc, char **argv) {
    all_works = works;
    if (argc == 4 && strcmp(argv[1], CHILD_WORD) == 0)
        answer_and_end(&works[strtoul(argv[2], NULL, 10)], (HANDLE)(uintptr_t)strtoull(argv[3], NULL, 10));
}

/* ---- In the parent ---- */

static SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};

static bool make_exchange(Child *child, const void *question, size_t question_size, size_t answer_size) {
    size_t answer_at = (question_size + 15) / 16 * 16;
    size_t size = sizeof(Exchange) + answer_at + answer_size;
    child->memory = CreateFileMappingW(INVALID_HANDLE_VALUE, &inherited, PAGE_READWRITE, 0, (DWORD)size, NULL);
    child->exchange = child->memory ? MapViewOfFile(child->memory, FILE_MAP_WRITE, 0, 0, 0) : NULL;
    if (!child->exchange)
        return false;
    child->exchange->answer_at = answer_at;
    memcpy(child->exchange->bytes, question, question_size);
    return true;
}

static bool make_job(Child *child) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
        .BasicLimitInformation = {.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE |
                                                JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION}};
    child->job = CreateJobObjectW(NULL, NULL);
    return child->job &&
           SetInformationJobObject(child->job, JobObjectExtendedLimitInformation, &limits, sizeof(limits));
}

/* Stopped before its first instruction, until it is in the job. */
static bool start(Child *child, unsigned work) {
    static wchar_t program[32768];
    wchar_t line[100];
    PROCESS_INFORMATION made;
    HANDLE errors = NULL, nothing = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                                                OPEN_EXISTING, 0, NULL);
    (void)DuplicateHandle(GetCurrentProcess(), GetStdHandle(STD_ERROR_HANDLE), GetCurrentProcess(), &errors, 0, TRUE,
                          DUPLICATE_SAME_ACCESS);
    STARTUPINFOW startup = {.cb = sizeof(startup),
                            .dwFlags = STARTF_USESTDHANDLES,
                            .hStdInput = nothing,
                            .hStdOutput = errors,
                            .hStdError = errors};
    GetModuleFileNameW(NULL, program, sizeof(program) / sizeof(program[0]));
    swprintf(line, sizeof(line) / sizeof(line[0]),
             L"samrena-adapter "
             L"" CHILD_WORD L" %u %llu",
             work, (unsigned long long)(uintptr_t)child->memory);
    bool started = CreateProcessW(program, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &startup, &made);
    CloseHandle(nothing);
    if (errors)
        CloseHandle(errors);
    if (!started)
        return false;
    child->process = made.hProcess;
    started = AssignProcessToJobObject(child->job, made.hProcess) && ResumeThread(made.hThread) != (DWORD)-1;
    if (!started)
        TerminateProcess(made.hProcess, 1);
    CloseHandle(made.hThread);
    return started;
}

static void end_child(Child *child) {
    if (child->process)
        CloseHandle(child->process);
    if (child->job)
        CloseHandle(child->job);
    if (child->exchange)
        UnmapViewOfFile(child->exchange);
    if (child->memory)
        CloseHandle(child->memory);
}

/* False: the time is up. What it started itself ends with it. */
static bool wait_for(const Child *child, int64_t deadline, DWORD *status) {
    int64_t left = deadline - clock_now();
    DWORD most = left < 0 ? 0 : left > INFINITE - 1 ? INFINITE - 1 : (DWORD)left;
    bool in_time = WaitForSingleObject(child->process, most) == WAIT_OBJECT_0;
    TerminateJobObject(child->job, 1);
    (void)WaitForSingleObject(child->process, INFINITE);
    return GetExitCodeProcess(child->process, status) && in_time;
}

static const char *words_of(DWORD status) {
    switch (status) {
    case (DWORD)STATUS_FATAL_APP_EXIT: return "Aborted";
    case EXCEPTION_ACCESS_VIOLATION: return "access violation";
    case EXCEPTION_STACK_OVERFLOW: return "stack overflow";
    case EXCEPTION_ILLEGAL_INSTRUCTION: return "illegal instruction";
    case EXCEPTION_INT_DIVIDE_BY_ZERO: return "division by zero";
    case EXCEPTION_IN_PAGE_ERROR: return "a page could not be read in";
    case EXCEPTION_BREAKPOINT: return "breakpoint";
    case (DWORD)0xC0000374: return "heap corruption";
    case (DWORD)0xC0000409: return "aborted by a check of its own";
    default: return NULL;
    }
}

static void describe_end(bool in_time, DWORD status, char reason[REASON_SIZE]) {
    const DWORD severe = 0xC0000000;
    const char *words = words_of(status);
    if (!in_time)
        snprintf(reason, REASON_SIZE, "hung: it was ended when its time was up");
    else if (words)
        snprintf(reason, REASON_SIZE, "crashed: %s", words);
    else if (status >= severe)
        snprintf(reason, REASON_SIZE, "crashed: exception 0x%08lx", status);
    else
        snprintf(reason, REASON_SIZE, "ended the process with status %lu", status);
}

bool child_ask(unsigned work, const void *question, size_t question_size, void *answer, int64_t deadline,
               char reason[REASON_SIZE]) {
    size_t size = all_works[work].answer_size;
    Child child = {0};
    bool is_answered = false;
    fflush(NULL);
    if (make_exchange(&child, question, question_size, size) && make_job(&child) && start(&child, work)) {
        DWORD status = 0;
        bool in_time = wait_for(&child, deadline, &status);
        describe_end(in_time, status, reason);
        is_answered = child.exchange->is_answered;
    } else {
        snprintf(reason, REASON_SIZE, "no process to try it in: error %lu", GetLastError());
    }
    if (is_answered)
        memcpy(answer, child.exchange->bytes + child.exchange->answer_at, size);
    end_child(&child);
    return is_answered;
}
