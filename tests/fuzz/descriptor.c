// SPDX-License-Identifier: MIT
// Descriptors of adapters: any bytes, in as many as struct_size tells. Nothing behind them may be read, and one that is
// taken has a name, a version that ends, and all that is required.
#include "fuzz.h"

#include <string.h>

#include "loader/descriptor.h"
#include "samrena.h"

enum { MOST_BYTES = 4096 };

static void expect_sound(const SamrenaAdapter *theirs) {
    SamrenaAdapter ours;
    descriptor_copy(&ours, theirs);
    must(ours.magic == SAMRENA_ADAPTER_MAGIC && ours.abi_major == SAMRENA_ADAPTER_ABI_MAJOR && ours.features == 0);
    must(memchr(ours.name, '\0', sizeof(ours.name)) && memchr(ours.version, '\0', sizeof(ours.version)));
    must(strspn(ours.name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(ours.name));
    must(ours.name[0] >= 'a' && ours.name[0] <= 'z');
    must(ours.operations.create && ours.operations.destroy && ours.operations.acquire && ours.operations.release);
    descriptor_capabilities(&ours);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    uint32_t told;
    const size_t head = offsetof(SamrenaAdapter, struct_size) + sizeof(told);
    if (size < head)
        return 0;
    memcpy(&told, bytes + offsetof(SamrenaAdapter, struct_size), sizeof(told));
    /* All that is told is there, or nothing but the head is looked at. */
    uint8_t *theirs = calloc(1, told > head && told < MOST_BYTES ? told : MOST_BYTES);
    size_t room = told > head && told < MOST_BYTES ? told : MOST_BYTES;
    must(theirs);
    memcpy(theirs, bytes, size < room ? size : room);
    const SamrenaAdapter *adapter = (const void *)theirs;
    for (int promised = 0; promised < 2; promised++) {
        SamrenaError error = descriptor_check(adapter, promised ? "fuzzed" : NULL, "an input");
        must(error == SAMRENA_OK || error == SAMRENA_ERROR_ADAPTER_INVALID || error == SAMRENA_ERROR_UNSUPPORTED);
        if (error == SAMRENA_OK)
            expect_sound(adapter);
        else
            must(strncmp(samrena_last_error_message(), "an input: ", 10) == 0);
    }
    free(theirs);
    return 0;
}
