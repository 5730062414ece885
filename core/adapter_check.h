// SPDX-License-Identifier: MIT
// Judges one adapter's descriptor, as data: none of its functions is called.
#ifndef SAMRENA_CORE_ADAPTER_CHECK_H
#define SAMRENA_CORE_ADAPTER_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "samrena/adapter.h"

/* ADAPTER_INVALID or UNSUPPORTED with a message that starts with `source` and says what is wrong. `file_name` is the
   name that the adapter's file promises, NULL where there is none. */
SamrenaError adapter_check(const SamrenaAdapter *theirs, const char *file_name, const char *source);

/* What both sides know of the descriptor; the rest is zero, so that a missing operation is NULL. */
void adapter_copy(SamrenaAdapter *ours, const SamrenaAdapter *theirs);

/* Bit n set: SamrenaCapability n. */
uint32_t adapter_capabilities(const SamrenaAdapter *adapter);

/* [a-z][a-z0-9_-]{0,30}, the first `length` characters. */
bool adapter_name_is_valid(const char *name, size_t length);

#endif
