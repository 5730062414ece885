// SPDX-License-Identifier: MIT
// What a label learns over time: for each arena of a list of sizes, what it took without a label and with one, as CSV.
// Counts, the same on any machine. usage: learning NAME...  (of sizes/)
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "samrena.h"

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "learning: %s: %s\n", what, samrena_last_error_message());
    exit(1);
}

static SamrenaInfo live(SamrenaLabel *label, uint64_t size) {
    SamrenaConfig config = samrena_default_config();
    SamrenaInfo info = {.struct_size = sizeof(info)};
    config.adapter = "chained";
    config.label = label;
    Samrena *arena = samrena_create(&config);
    for (uint64_t pushed = 0; arena && pushed < size; pushed += 64)
        if (!samrena_push(arena, 64))
            fail("push");
    if (!arena || samrena_get_info(arena, &info))
        fail("create");
    samrena_destroy(arena);
    return info;
}

static void follow(const char *name) {
    SamrenaLabel *label = calloc(1, sizeof(*label)); /* as long as the process */
    char path[1024];
    uint64_t size;
    snprintf(path, sizeof(path), "%s/%s", SIZES_FOLDER, name);
    FILE *file = fopen(path, "r");
    if (!file || !label)
        fail(path);
    label->name = name;
    for (int i = 0; fscanf(file, "%" SCNu64, &size) == 1; i++) {
        SamrenaInfo without = live(NULL, size), with = live(label, size);
        printf("%s,%d,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", name, i, size, without.committed,
               with.committed, without.adapter_calls, with.adapter_calls);
    }
    fclose(file);
}

int main(int argc, char **argv) {
    printf("workload,arena,size,committed,committed_label,calls,calls_label\n");
    for (int i = 1; i < argc; i++)
        follow(argv[i]);
    return 0;
}
