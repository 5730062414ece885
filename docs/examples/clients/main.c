// SPDX-License-Identifier: MIT
// The main program of each client: its job on the C heap, in an arena, and in the same arena again, reset and reserved.
// usage: CLIENT [FILE]; $SAMRENA_ADAPTER chooses the adapter. Exit status 1 where the results differ.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client.h"

extern const Client CLIENT; /* named by the build */

static Result run(const char *where, Samrena *arena, Text text) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    Result result = CLIENT.job(arena, text);
    printf("  %-21s %" PRIu64 " %s, digest %016" PRIx64, where, result.count, CLIENT.counted, result.digest);
    if (arena && samrena_get_info(arena, &info) == SAMRENA_OK)
        printf("; %.1f MiB with %s", (double)info.high_water / 0x1p20, info.adapter);
    printf("\n");
    return result;
}

static bool are_equal(Result one, Result other) {
    return one.count == other.count && one.digest == other.digest;
}

int main(int argc, char **argv) {
    static Text text; /* as long as the process */
    if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
        printf("usage: %s [FILE]; $SAMRENA_ADAPTER chooses the adapter\n", CLIENT.name);
        return 0;
    }
    text = client_text(&CLIENT, argc > 1 ? argv[1] : NULL, true);
    Samrena *arena = samrena_create(NULL);
    if (!arena)
        client_fail(samrena_last_error_message());
    Result on_heap = run("on the C heap", NULL, text);
    Result in_arena = run("in an arena", arena, text);
    if (samrena_reset(arena) != SAMRENA_OK || samrena_reserve(arena, client_need(&CLIENT, text)) != SAMRENA_OK)
        client_fail(samrena_last_error_message());
    Result again = run("reset, and reserved", arena, text);
    samrena_destroy(arena);
    bool agree = are_equal(on_heap, in_arena) && are_equal(on_heap, again);
    printf("  %s\n", agree ? "the results agree" : "THE RESULTS DIFFER");
    return agree ? 0 : 1;
}
