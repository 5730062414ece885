// SPDX-License-Identifier: MIT
// The registration table: names to accepted adapters. Entries are only ever added, so that reading needs no lock.
#include "registry.h"

#include <stdlib.h>
#include <string.h>

#include "atomic.h"
#include "descriptor.h"
#include "error.h"

static _Atomic(Adapter *) newest_adapter;

const Adapter *registry_first(void) {
    return atomic_load_explicit(&newest_adapter, memory_order_acquire);
}

const Adapter *registry_registered(const char *name) {
    for (const Adapter *adapter = registry_first(); adapter; adapter = adapter->next)
        if (strcmp(adapter->descriptor.name, name) == 0)
            return adapter;
    return NULL;
}

static Adapter *new_entry(const SamrenaAdapter *theirs, const char *source) {
    size_t source_size = strlen(source) + 1;
    Adapter *entry = malloc(sizeof(*entry) + source_size);
    if (!entry)
        return NULL;
    descriptor_copy(&entry->descriptor, theirs);
    entry->original = theirs;
    entry->source = memcpy(entry + 1, source, source_size);
    return entry;
}

SamrenaError registry_add(const SamrenaAdapter *theirs, const char *file_name, const char *source) {
    SamrenaError error = descriptor_check(theirs, file_name, source);
    if (error)
        return error;
    Adapter *entry = new_entry(theirs, source);
    if (!entry)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "%s: no heap memory for its registration", source);

    /* Whoever swaps `newest_adapter` first wins; the loser looks at what has come in between and tries again. */
    Adapter *head = atomic_load_explicit(&newest_adapter, memory_order_acquire);
    do {
        for (const Adapter *other = head; other; other = other->next)
            if (strcmp(other->descriptor.name, entry->descriptor.name) == 0) {
                free(entry);
                if (other->original == theirs)
                    return SAMRENA_OK;
                return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "%s: adapter %s is registered already, from %s", source,
                                 other->descriptor.name, other->source);
            }
        entry->next = head;
    } while (!atomic_compare_exchange_weak_explicit(&newest_adapter, &head, entry, memory_order_acq_rel,
                                                    memory_order_acquire));
    return SAMRENA_OK;
}

void registry_add_built_in(void) {
    for (const SamrenaAdapter *const *adapter = samrena_built_in_adapters; *adapter; adapter++)
        if (!registry_registered((*adapter)->name))
            (void)registry_add(*adapter, NULL, "built in");
}
