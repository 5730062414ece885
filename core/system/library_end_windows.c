// SPDX-License-Identifier: MIT
// The end of the library, or of the process, as the loader tells of it.
//
// In a DLL it calls what this section holds before the entry point, and before what the compiler put there to free what
// is local to the thread: destructors, which the entry point calls, come too late. In a program they come first, while
// all threads are there, and not every system's loader tells programs of the end.
#include "wide_windows.h"

#include "compiler.h"
#include "system.h"

SAMRENA_AT_END(end);
static void end(void) {
    static bool ended;
    if (ended)
        return;
    ended = true;
    library_end();
}

static void NTAPI told(void *module, DWORD reason, void *process_ends) {
    (void)module;
    (void)process_ends;
    if (reason == DLL_PROCESS_DETACH)
        end();
}

SAMRENA_IN(".CRT$XLB") static const PIMAGE_TLS_CALLBACK called_first = told;

/* The C library's table that leads to the section; it is there if somebody refers to it. */
extern const IMAGE_TLS_DIRECTORY _tls_used;

/* A process that exits ends its other threads before its libraries hear of it. Only the loader can tell, by a function
   that no import library names. */
bool system_threads_are_gone(void) {
    typedef BOOLEAN(NTAPI * Told)(void);
    HMODULE loader = _tls_used.AddressOfCallBacks ? GetModuleHandleW(L"ntdll.dll") : NULL;
    FARPROC found = loader ? GetProcAddress(loader, "RtlDllShutdownInProgress") : NULL;
    return found && ((Told)(void (*)(void))found)();
}
