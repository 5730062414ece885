// SPDX-License-Identifier: MIT
// The registration table: names to accepted adapters. Entries are only ever added, so that reading needs no lock.
#define _GNU_SOURCE
#include "registry.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "adapter_check.h"
#include "build_config.h"
#include "error.h"
#include "loader.h"
#include "samrena.h"
#include "text.h"

static _Atomic(Adapter *) newest;

const Adapter *registry_first(void) {
    return atomic_load_explicit(&newest, memory_order_acquire);
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
    adapter_copy(&entry->descriptor, theirs);
    entry->original = theirs;
    entry->source = memcpy(entry + 1, source, source_size);
    return entry;
}

SamrenaError registry_add(const SamrenaAdapter *theirs, const char *file_name, const char *source) {
    SamrenaError error = adapter_check(theirs, file_name, source);
    if (error)
        return error;
    Adapter *entry = new_entry(theirs, source);
    if (!entry)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "%s: no heap memory for its registration", source);

    /* Whoever swaps `newest` first wins; the loser looks at what has come in between and tries again. */
    Adapter *head = atomic_load_explicit(&newest, memory_order_acquire);
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
    } while (!atomic_compare_exchange_weak_explicit(&newest, &head, entry, memory_order_acq_rel, memory_order_acquire));
    return SAMRENA_OK;
}

void registry_add_built_in(void) {
    for (const SamrenaAdapter *const *adapter = samrena_built_in_adapters; *adapter; adapter++)
        if (!registry_registered((*adapter)->name))
            (void)registry_add(*adapter, NULL, "built in");
}

SamrenaError registry_find(const char *name, const Adapter **found) {
    if (!name) {
        name = secure_getenv("SAMRENA_ADAPTER");
        if (!name || !*name)
            name = DEFAULT_ADAPTER;
    }
    *found = registry_registered(name);
    if (!*found) {
        registry_add_built_in();
        *found = registry_registered(name);
    }
    if (!*found) {
        SamrenaError error = loader_find(name);
        if (error)
            return error;
        *found = registry_registered(name);
    }
    return SAMRENA_OK;
}

SamrenaError samrena_adapter_register(const SamrenaAdapter *adapter) {
    if (!adapter)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_adapter_register: the adapter is NULL");
    return registry_add(adapter, NULL, "registered");
}

SamrenaError samrena_adapter_load(const char *path) {
    if (!path || !*path)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "samrena_adapter_load: %s, expected the path of a plugin file",
                         path ? "the path is empty" : "the path is NULL");
    return loader_load(path);
}

/* ---- Enumeration ---- */

typedef struct Visit {
    SamrenaAdapterCallback callback;
    void *user;
    bool stopped;
} Visit;

/* Loads a plugin file of the search path; one that cannot be used is told at once, with the reason. */
static bool load_or_tell(const char *path, const char *name, void *user) {
    Visit *visit = user;
    if (registry_registered(name) || loader_load(path) == SAMRENA_OK)
        return true;
    Text message = {0}; /* the callback may fail calls of its own */
    text_add(&message, "%s", samrena_last_error_message());
    SamrenaAdapterInfo info = {
        .struct_size = sizeof(info),
        .name = name,
        .version = "",
        .summary = "",
        .source = path,
        .error = (int32_t)samrena_last_error(),
        .message = message.bytes,
    };
    visit->stopped = !visit->callback(&info, visit->user);
    return !visit->stopped;
}

/* `adapter` and what was registered before it, oldest first: a stable order, whatever comes later. */
static void tell(Visit *visit, const Adapter *adapter) {
    if (!adapter)
        return;
    tell(visit, adapter->next);
    if (visit->stopped)
        return;
    SamrenaAdapterInfo info = {
        .struct_size = sizeof(info),
        .name = adapter->descriptor.name,
        .version = adapter->descriptor.version,
        .summary = adapter->descriptor.summary ? adapter->descriptor.summary : "",
        .source = adapter->source,
        .capabilities = adapter_capabilities(&adapter->descriptor),
        .message = "",
    };
    visit->stopped = !visit->callback(&info, visit->user);
}

SamrenaError samrena_adapter_each(SamrenaAdapterCallback callback, void *user) {
    if (!callback)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_adapter_each: the callback is NULL");
    Visit visit = {callback, user, false};
    registry_add_built_in();
    loader_each_file(load_or_tell, &visit);
    tell(&visit, registry_first());
    return SAMRENA_OK;
}
