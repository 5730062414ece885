// SPDX-License-Identifier: MIT
// What who writes a profile and who reads it agree on, beside the words.
#ifndef SAMRENA_CORE_PROFILE_HASH_H
#define SAMRENA_CORE_PROFILE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define PROFILE_HEAD "samrena-profile 1\n"

/* FNV-1a: damage is to be seen, nobody is to be kept out. */
static inline uint64_t profile_hash(const char *bytes, size_t size) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
