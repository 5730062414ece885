// SPDX-License-Identifier: MIT
// What programs ask of adapters as such: to be loaded, registered, listed.
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "descriptor.h"
#include "error.h"
#include "first_failure.h"
#include "log.h"
#include "open.h"
#include "registry.h"
#include "samrena.h"
#include "search.h"
#include "system/system.h"

/* The part of a program that registers an adapter may be unloaded while arenas of it are still kept. What is called is
   pinned, and what is read: the two may lie in different objects. */
static void pin(const SamrenaAdapter *adapter) {
    (void)system_pin(adapter);
    (void)system_pin((const void *)(uintptr_t)adapter->operations.acquire);
}

/* A file that is not there is an answer; all else is told, though no arena is to blame. */
static SamrenaError tell_refusal(SamrenaError error) {
    if (error && error != SAMRENA_ERROR_ADAPTER_NOT_FOUND) {
        log_line(&samrena_config_defaults, SAMRENA_LOG_ERROR, "%s", samrena_last_error_message());
        first_failure_tell();
    }
    return error;
}

SamrenaError samrena_adapter_register(const SamrenaAdapter *adapter) {
    if (!adapter)
        return tell_refusal(
            error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_adapter_register: the adapter is NULL"));
    SamrenaError error = registry_add(adapter, NULL, "registered");
    if (!error)
        pin(adapter);
    return tell_refusal(error);
}

SamrenaError samrena_adapter_load(const char *path) {
    if (!path || !*path)
        return tell_refusal(error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                                      "samrena_adapter_load: %s, expected the path of a plugin file",
                                      path ? "the path is empty" : "the path is NULL"));
    return tell_refusal(open_plugin(path));
}

/* ---- Enumeration ---- */

typedef struct Visit {
    SamrenaAdapterCallback callback;
    void *user;
    bool stopped;
} Visit;

/* One that cannot be used. The callback may fail calls of its own: the message is a copy. */
static void tell_failure(Visit *visit, const FoundFile *file, SamrenaError error) {
    char *message = strdup(samrena_last_error_message());
    SamrenaAdapterInfo info = {
        .struct_size = sizeof(info),
        .name = file->name,
        .version = "",
        .summary = "",
        .source = file->path,
        .error = (int32_t)error,
        .message = message ? message : samrena_error_string(error),
    };
    visit->stopped = !visit->callback(&info, visit->user);
    free(message);
}

/* Loads a plugin file of the search path; one that cannot be used is told at once, with the reason. */
static bool load_or_tell(const FoundFile *file, void *user) {
    Visit *visit = user;
    if (file->shadowed || registry_registered(file->name))
        return true;
    SamrenaError error = open_plugin(file->path);
    if (error)
        tell_failure(visit, file, error);
    return !visit->stopped;
}

static void tell_adapter(Visit *visit, const Adapter *adapter) {
    SamrenaAdapterInfo info = {
        .struct_size = sizeof(info),
        .name = adapter->descriptor.name,
        .version = adapter->descriptor.version,
        .summary = adapter->descriptor.summary ? adapter->descriptor.summary : "",
        .source = adapter->source,
        .capabilities = descriptor_capabilities(&adapter->descriptor),
        .message = "",
    };
    visit->stopped = !visit->callback(&info, visit->user);
}

/* Oldest first: a stable order, whatever comes later. NULL: before the oldest. */
static const Adapter *registered_after(const Adapter *adapter, const Adapter *newest) {
    while (newest->next != adapter)
        newest = newest->next;
    return newest;
}

SamrenaError samrena_adapter_each(SamrenaAdapterCallback callback, void *user) {
    if (!callback)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_adapter_each: the callback is NULL");
    Visit visit = {callback, user, false};
    registry_add_built_in();
    search_files(load_or_tell, &visit);
    const Adapter *newest = registry_first();
    for (const Adapter *told = NULL; told != newest && !visit.stopped;) {
        told = registered_after(told, newest);
        tell_adapter(&visit, told);
    }
    return SAMRENA_OK;
}
