// SPDX-License-Identifier: MIT
// What wordfreq asks of the system, as Windows has it.
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <psapi.h>

#include "wordfreq_system.h"

/* ---- Text ---- */

static char *utf8_of(const wchar_t *wide) {
    int size = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *text = calloc(1, (size_t)size + 1);
    if (text)
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, size, NULL, NULL);
    return text;
}

enum { PATH_SIZE = 4096 };

/* "" where it is no text, or too long. */
static const wchar_t *wide_of(const char *text) {
    static wchar_t wide[PATH_SIZE];
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, PATH_SIZE) == 0)
        wide[0] = L'\0';
    return wide;
}

/* ---- The program again, for one order ---- */

#define ORDER_WORD L"--order"

typedef struct Exchange {
    size_t result_at; /* in bytes */
    bool done;
    _Alignas(16) unsigned char bytes[]; /* order and result */
} Exchange;

static void do_order_and_end(const wchar_t *handle) {
    Exchange *exchange = MapViewOfFile((HANDLE)(uintptr_t)wcstoull(handle, NULL, 10), FILE_MAP_WRITE, 0, 0, 0);
    if (!exchange)
        exit(EXIT_FAILURE);
    do_order(exchange->bytes, exchange->bytes + exchange->result_at);
    exchange->done = true;
    exit(EXIT_SUCCESS);
}

static bool run_again(HANDLE memory) {
    wchar_t program[PATH_SIZE], line[64];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process;
    GetModuleFileNameW(NULL, program, PATH_SIZE);
    swprintf(line, 64, L"wordfreq " ORDER_WORD L" %llu", (unsigned long long)(uintptr_t)memory);
    if (!CreateProcessW(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        return false;
    WaitForSingleObject(process.hProcess, INFINITE);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return true;
}

bool in_a_process(const void *order, size_t order_size, void *result, size_t result_size) {
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};
    size_t result_at = (order_size + 15) / 16 * 16;
    uint64_t size = sizeof(Exchange) + result_at + result_size;
    HANDLE memory =
        CreateFileMappingW(INVALID_HANDLE_VALUE, &inherited, PAGE_READWRITE, (DWORD)(size >> 32), (DWORD)size, NULL);
    Exchange *exchange = memory ? MapViewOfFile(memory, FILE_MAP_WRITE, 0, 0, 0) : NULL;
    bool done = false;
    if (exchange) {
        exchange->result_at = result_at;
        memcpy(exchange->bytes, order, order_size);
        done = run_again(memory) && exchange->done;
        if (done)
            memcpy(result, exchange->bytes + result_at, result_size);
        UnmapViewOfFile(exchange);
    }
    if (memory)
        CloseHandle(memory);
    return done;
}

void begin_program(int *argc, char ***argv) {
    int count;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    char **arguments = wide ? calloc((size_t)count + 1, sizeof(*arguments)) : NULL;
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    if (!arguments)
        return;
    if (count == 3 && wcscmp(wide[1], ORDER_WORD) == 0)
        do_order_and_end(wide[2]);
    for (int i = 0; i < count; i++)
        arguments[i] = utf8_of(wide[i]);
    *argc = count;
    *argv = arguments;
}

/* ---- The rest ---- */

Cost cost_since(Cost start) {
    LARGE_INTEGER now, frequency;
    PROCESS_MEMORY_COUNTERS counters = {.PageFaultCount = 0};
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof(counters));
    return (Cost){.seconds = (double)now.QuadPart / (double)frequency.QuadPart - start.seconds,
                  .page_faults = (long)counters.PageFaultCount - start.page_faults};
}

bool is_terminal(FILE *file) {
    return _isatty(_fileno(file));
}

FILE *open_file(const char *name) {
    return _wfopen(wide_of(name), L"rb");
}

bool file_is_there(const char *name) {
    return GetFileAttributesW(wide_of(name)) != INVALID_FILE_ATTRIBUTES;
}

uint64_t file_size(const char *name) {
    WIN32_FILE_ATTRIBUTE_DATA data;
    bool regular = GetFileAttributesExW(wide_of(name), GetFileExInfoStandard, &data) &&
                   !(data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    return regular ? (uint64_t)data.nFileSizeHigh << 32 | data.nFileSizeLow : 0;
}

bool temporary_name(char name[TEMPORARY_NAME_SIZE]) {
    wchar_t folder[MAX_PATH], file[MAX_PATH];
    errno = EIO;
    return GetTempPathW(MAX_PATH, folder) && GetTempFileNameW(folder, L"wfq", 0, file) && DeleteFileW(file) &&
           WideCharToMultiByte(CP_UTF8, 0, file, -1, name, TEMPORARY_NAME_SIZE, NULL, NULL);
}
