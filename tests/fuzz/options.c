// SPDX-License-Identifier: MIT
// Option strings: the known keys, a 0, and the options. What is taken is what each key is found with afterwards.
#include "fuzz.h"

#include <string.h>

#include "config.h"
#include "samrena.h"
#include "samrena/adapter.h"

/* Options that were taken: each is key=value with a known key, and the one that is found by it. */
static void expect_found(const char *options, const char *keys) {
    for (const char *at = options; *at;) {
        size_t length = strcspn(at, ","), found;
        size_t key = strcspn(at, "=");
        must(key > 0 && key < length);
        char *name = text_of(at, key);
        must(strstr(keys, name));
        const char *value = samrena_adapter_option(options, name, &found);
        must(value == at + key + 1 && found == length - key - 1);
        free(name);
        at += length + (at[length] == ',');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    const uint8_t *end = memchr(bytes, 0, size);
    size_t first = end ? (size_t)(end - bytes) : size;
    size_t second = end ? size - first - 1 : 0;
    char *keys = text_of(bytes, first);
    char *options = text_of(end ? end + 1 : bytes, second);
    const SamrenaAdapter adapter = {.name = "fuzzed", .option_keys = first > 0 ? keys : NULL};
    SamrenaError error = config_check_options(options, &adapter);
    must(error == SAMRENA_OK || error == SAMRENA_ERROR_INVALID_PARAMETER);
    if (error == SAMRENA_OK)
        expect_found(options, keys);
    else
        must(strstr(samrena_last_error_message(), "adapter_options"));
    free(keys);
    free(options);
    return 0;
}
