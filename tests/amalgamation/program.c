// SPDX-License-Identifier: MIT
// A program with the made files alone: both adapters, a reserve, a label, a heap, and what cannot be had.
#include "samrena.h"

static SamrenaLabel label = SAMRENA_LABEL("amalgamation");

/* Returns the line that is not as it should be; 0: all are. */
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            return __LINE__;                                                                                           \
    } while (0)

static int fill(Samrena *arena) {
    SamrenaInfo info;
    uint64_t i, size = UINT64_C(8) << 20, *numbers;
    EXPECT(samrena_reserve(arena, size) == SAMRENA_OK);
    EXPECT(samrena_capacity(arena) >= size);
    for (i = 0; i < size / 64; i++) {
        numbers = SAMRENA_PUSH_ARRAY_ZERO(arena, uint64_t, 8);
        EXPECT(numbers && numbers[0] == 0 && numbers[7] == 0);
        numbers[7] = i;
    }
    memset(&info, 0, sizeof(info));
    info.struct_size = sizeof(info);
    EXPECT(samrena_get_info(arena, &info) == SAMRENA_OK);
    EXPECT(info.allocated == size);
    return 0;
}

static int use_heap(Samrena *arena) {
    char *text = (char *)samrena_malloc(arena, 5);
    EXPECT(text != NULL);
    memcpy(text, "heap", 5);
    text = (char *)samrena_realloc(arena, text, 5000);
    EXPECT(text && strcmp(text, "heap") == 0);
    samrena_free(arena, text);
    return 0;
}

static int use(const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    Samrena *arena;
    int line;
    config.adapter = adapter;
    config.label = &label;
    arena = samrena_create(&config);
    EXPECT(arena != NULL);
    line = fill(arena);
    if (!line)
        line = use_heap(arena);
    EXPECT(line || samrena_reset(arena) == SAMRENA_OK);
    samrena_destroy(arena);
    return line;
}

static int ask_for_what_is_not_there(void) {
    EXPECT(!samrena_create_named("elsewhere"));
    EXPECT(samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    EXPECT(strstr(samrena_last_error_message(), "chained, virtual") ||
           strstr(samrena_last_error_message(), "virtual, chained"));
    EXPECT(samrena_adapter_load("elsewhere.so") == SAMRENA_ERROR_UNSUPPORTED);
    return 0;
}

int main(void) {
    int line = use("chained");
    line = line ? line : use("virtual");
    line = line ? line : use(NULL);
    line = line ? line : ask_for_what_is_not_there();
    if (line)
        fprintf(stderr, "program.c:%d: %s\n", line, samrena_last_error_message());
    else
        printf("%s\n", samrena_version());
    return line != 0;
}
