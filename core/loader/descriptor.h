// SPDX-License-Identifier: MIT
// An adapter's descriptor: the one place where one of another size than ours is read, for library, tool and conformance
// suite. It is data here: none of its functions is called.
#ifndef SAMRENA_CORE_LOADER_DESCRIPTOR_H
#define SAMRENA_CORE_LOADER_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "samrena/adapter.h"

/* [a-z][a-z0-9_-]{0,30}, the first `length` characters. */
bool descriptor_name_is_valid(const char *name, size_t length);

/* What both sides know of the descriptor; the rest is zero, so that a missing operation is NULL. */
void descriptor_copy(SamrenaAdapter *ours, const SamrenaAdapter *theirs);

/* Of such a copy. SamrenaCapability, or'ed. */
uint32_t descriptor_capabilities(const SamrenaAdapter *ours);

/* ADAPTER_INVALID or UNSUPPORTED with a message that starts with `source` and says what is wrong. `file_name` is the
   name that the adapter's file promises, NULL where there is none. */
SamrenaError descriptor_check(const SamrenaAdapter *theirs, const char *file_name, const char *source);

#endif
