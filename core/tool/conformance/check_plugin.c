// SPDX-License-Identifier: MIT
// The check of a plugin's file: what it exports and needs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "symbols.h"
#include "system/system.h"

enum { MOST_BYTES = 64 << 20 };

typedef struct Verdict {
    char *message; /* what is wrong first; "": nothing */
    size_t size;
    bool descriptor;
} Verdict;

static void judge_symbol(const char *name, bool exported, void *user) {
    Verdict *verdict = user;
    if (verdict->message[0] || strncmp(name, "samrena_", strlen("samrena_")) != 0)
        return;
    if (!exported)
        snprintf(verdict->message, verdict->size, "it needs %s of libsamrena: use the host's table instead", name);
    else if (strcmp(name, "samrena_adapter") != 0)
        snprintf(verdict->message, verdict->size, "it exports %s beside samrena_adapter: make it static or hidden",
                 name);
    else
        verdict->descriptor = true;
}

void check_plugin_symbols(Trial *trial) {
    char message[sizeof(trial->message)] = "";
    Verdict verdict = {message, sizeof(message), false};
    if (!trial->subject->plugin_file)
        skip(trial, "linked into the program, not a plugin file");
    char *bytes;
    size_t size;
    const char *unreadable = system_read_file(trial->subject->plugin_file, MOST_BYTES, &bytes, &size);
    if (unreadable || !bytes)
        skip(trial, "it cannot be read: %s", unreadable ? unreadable : "nothing is there");
    bool found = symbols_each(&(Image){(unsigned char *)bytes, size}, judge_symbol, &verdict);
    free(bytes);
    if (!found)
        skip(trial, "%s has no section with dynamic symbols", trial->subject->plugin_file);
    REQUIRE(trial, !message[0], "%s", message);
    REQUIRE(trial, verdict.descriptor, "it does not export samrena_adapter");
}
