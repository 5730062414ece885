// SPDX-License-Identifier: MIT
// The process, as Windows tells of it.
#include "wide_windows.h"

#include <errno.h>
#include <stdlib.h>

#include "system.h"

uint64_t system_page_size(void) {
    SYSTEM_INFO info;
    GetSystemInfo(&info); /* no system call */
    return info.dwPageSize;
}

/* No program has by itself rights that its caller lacks: more rights come with an environment of the system's making.
   What is loaded is judged by who can write it. */
bool system_is_elevated(void) {
    return false;
}

/* Not getenv(): it knows neither UTF-8 nor what SetEnvironmentVariableW() changed. */
bool system_environment(const char *name, char **text) {
    wchar_t *wide_name = wide_from_text(name), *value = NULL;
    DWORD room = wide_name ? GetEnvironmentVariableW(wide_name, NULL, 0) : 0;
    bool is_set = room > 0 || !wide_name;
    while (room > 0) {
        free(value);
        value = calloc(room, sizeof(*value));
        DWORD needed = value ? GetEnvironmentVariableW(wide_name, value, room) : 0;
        if (needed < room)
            break;
        room = needed; /* it has grown meanwhile */
    }
    *text = value ? wide_to_text(value) : NULL;
    bool known = *text || !is_set || errno == EILSEQ;
    free(value);
    free(wide_name);
    return known;
}

uint64_t system_process(void) {
    return GetCurrentProcessId();
}
