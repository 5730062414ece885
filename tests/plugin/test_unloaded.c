// SPDX-License-Identifier: MIT
// A program that opens the library at run time, and closes it while the library's own thread is at work or asleep.
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "shared_object.h"
#include "tap.h"

#define MIB (UINT64_C(1) << 20)

static const char *file;

/* check() of child.h asks the library for its message. */
static void must(bool holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, error_of_object());
    _exit(1);
}

/* What it uses, found as a plugin host finds it. */
typedef struct Library {
    void *handle;
    Samrena *(*create)(const SamrenaConfig *config);
    SamrenaError (*reserve)(Samrena *arena, uint64_t size);
    void (*destroy)(Samrena *arena);
} Library;

static void find(const Library *library, const char *name, void *function) {
    void *found = find_symbol(library->handle, name);
    must(found, name);
    memcpy(function, &found, sizeof(found));
}

static Library open_library(void) {
    Library library = {.handle = open_object(file)};
    must(library.handle, file);
    find(&library, "samrena_create", &library.create);
    find(&library, "samrena_reserve", &library.reserve);
    find(&library, "samrena_destroy", &library.destroy);
    return library;
}

static Samrena *start(const Library *library, const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = adapter;
    config.prefault = SAMRENA_PREFAULT_AHEAD;
    config.initial_size = 128 * MIB;
    config.ahead = 128 * MIB;
    Samrena *arena = library->create(&config);
    must(arena && library->reserve(arena, 128 * MIB) == SAMRENA_OK, "an arena");
    return arena;
}

static void close_at_work(const void *adapter) {
    Library library = open_library();
    (void)start(&library, adapter);
    must(close_object(library.handle), "closing it");
    usleep(50000);
    exit(0);
}

/* It ends by itself after a second. */
static void close_asleep(const void *adapter) {
    Library library = open_library();
    library.destroy(start(&library, adapter));
    must(close_object(library.handle), "closing it");
    usleep(1500000);
    exit(0);
}

static void open_again(const void *adapter) {
    for (int i = 0; i < 10; i++) {
        Library library = open_library();
        library.destroy(start(&library, adapter));
        must(close_object(library.handle), "closing it");
    }
    exit(0);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*body)(const void *adapter);
    } cases[] = {{"closed at work", close_at_work}, {"closed asleep", close_asleep}, {"opened again", open_again}};
    static const char *const adapters[] = {"chained", "virtual"};
    if (argc < 2)
        return tap_skip_all("needs the library's file");
    file = argv[1];
    child_starts_here();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (size_t j = 0; j < 2; j++)
            if (!tap_report(status_of_child(cases[i].body, adapters[j], strlen(adapters[j]) + 1) == 0, "%s [%s]",
                            cases[i].name, adapters[j]))
                tap_note("%s did not end well", file);
    return tap_end();
}
