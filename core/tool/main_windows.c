// SPDX-License-Identifier: MIT
// Where a program begins: its arguments come in wide characters, and output would get carriage returns.
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "program.h"

int wmain(int argc, wchar_t **argv);

static char *utf8_of(const wchar_t *wide) {
    int size = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *text = malloc(size > 0 ? (size_t)size : 1);
    if (!text)
        exit(1);
    text[0] = '\0';
    WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, size, NULL, NULL);
    return text;
}

/* The arguments are the process's to the end. */
int wmain(int argc, wchar_t **argv) {
    UINT console = GetConsoleOutputCP();
    char **arguments = calloc((size_t)argc + 1, sizeof(*arguments));
    if (!arguments)
        return 1;
    for (int i = 0; i < argc; i++)
        arguments[i] = utf8_of(argv[i]);
    /* What the library refuses is told by the program, in its own words. */
    if (GetEnvironmentVariableW(L"SAMRENA_LOG", NULL, 0) == 0)
        SetEnvironmentVariableW(L"SAMRENA_LOG", L"none");
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    SetConsoleOutputCP(CP_UTF8);
    int status = program(argc, arguments);
    fflush(NULL);
    SetConsoleOutputCP(console);
    return status;
}
