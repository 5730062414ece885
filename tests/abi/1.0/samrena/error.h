// SPDX-License-Identifier: MIT
// Error codes, shared by programs (samrena.h) and plugins (samrena/adapter.h).
#ifndef SAMRENA_ERROR_H
#define SAMRENA_ERROR_H

/*
 * The values are part of the ABI: they never change, new ones are appended. Structs store them as int32_t.
 */
typedef enum SamrenaError {
    SAMRENA_OK = 0,
    SAMRENA_ERROR_INVALID_PARAMETER = 1, /* the call itself is wrong: NULL, a bad size, an unknown option */
    SAMRENA_ERROR_OUT_OF_MEMORY = 2,     /* the adapter has no more to give, or growth is not allowed */
    SAMRENA_ERROR_LIMIT_EXCEEDED = 3,    /* the arena's own `limit` stands in the way */
    SAMRENA_ERROR_UNSUPPORTED = 4,       /* valid, but not by this adapter, build or version */
    SAMRENA_ERROR_ADAPTER_NOT_FOUND = 5, /* no adapter of that name is registered or on the search path */
    SAMRENA_ERROR_ADAPTER_INVALID = 6    /* a file is no usable adapter, or an adapter broke its contract */
} SamrenaError;

#endif
