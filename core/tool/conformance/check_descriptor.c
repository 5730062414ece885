// SPDX-License-Identifier: MIT
// The check of the descriptor, which calls nothing.
#include <inttypes.h>
#include <string.h>

#include "checks.h"
#include "loader/search.h"

static bool is_key(const char *key, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (key[i] <= ' ' || key[i] > '~' || key[i] == '=')
            return false;
    return length > 0;
}

static void check_option_keys(Trial *trial, const char *keys) {
    for (const char *at = keys; at; at = at[strcspn(at, ",")] ? at + strcspn(at, ",") + 1 : NULL)
        REQUIRE(trial, is_key(at, strcspn(at, ",")),
                "option_keys is \"%s\", expected keys with commas between them, or NULL", keys);
}

static void check_file_name(Trial *trial, const char *file, const char *name) {
    char promised[SAMRENA_ADAPTER_NAME_SIZE];
    const char *separator = path_last_separator(file);
    REQUIRE(trial, search_promised_name(file, promised) && strcmp(promised, name) == 0,
            "its name is %s, its file is %s", name, separator ? separator + 1 : file);
}

void check_descriptor(Trial *trial) {
    const SamrenaAdapter *adapter = &trial->adapter;
    REQUIRE(trial, adapter->magic == SAMRENA_ADAPTER_MAGIC, "the magic number is 0x%" PRIx32, adapter->magic);
    REQUIRE(trial, adapter->abi_major == SAMRENA_ADAPTER_ABI_MAJOR, "ABI major is %u", adapter->abi_major);
    REQUIRE(trial, adapter->features == 0, "it requires features 0x%" PRIx64 ", none are defined", adapter->features);
    REQUIRE(trial, memchr(adapter->name, '\0', sizeof(adapter->name)) && adapter->name[0],
            "its name is not terminated");
    REQUIRE(trial, memchr(adapter->version, '\0', sizeof(adapter->version)), "its version is not terminated");
    REQUIRE(trial, adapter->context_size <= MIB, "its context has %" PRIu64 " bytes", adapter->context_size);
    REQUIRE(trial, !adapter->summary || !strpbrk(adapter->summary, "\r\n"), "its summary is more than one line");
    /* A newer minor may know more bits. */
    REQUIRE(trial,
            adapter->abi_minor > SAMRENA_ADAPTER_ABI_MINOR ||
                !(adapter->capabilities & ~(SAMRENA_ADAPTER_CONTIGUOUS | SAMRENA_ADAPTER_SHARED)),
            "capabilities 0x%" PRIx32 " has bits that are not defined", adapter->capabilities);
    check_option_keys(trial, adapter->option_keys);
    if (trial->subject->plugin_file)
        check_file_name(trial, trial->subject->plugin_file, adapter->name);
}
