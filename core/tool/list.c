// SPDX-License-Identifier: MIT
// samrena-adapter list and show: what there is, and what its descriptors say.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build_config.h"
#include "child.h"
#include "commands.h"
#include "json.h"
#include "loader/own_adapters.h"
#include "looked.h"
#include "plugin.h"
#include "samrena.h"

static const char *state_of(const Description *description, bool shadowed) {
    return !description->usable ? "unusable" : shadowed ? "shadowed" : "usable";
}

static const struct {
    SamrenaCapability bit;
    const char *word;
} capabilities[] = {
    {SAMRENA_CAPABILITY_RESERVE, "reserve"},       {SAMRENA_CAPABILITY_PREFAULT, "prefault"},
    {SAMRENA_CAPABILITY_EXTEND, "extend"},         {SAMRENA_CAPABILITY_TRIM, "trim"},
    {SAMRENA_CAPABILITY_CONTIGUOUS, "contiguous"}, {SAMRENA_CAPABILITY_SHARED, "shared"},
    {SAMRENA_CAPABILITY_CONCURRENT, "concurrent"},
};
enum { CAPABILITIES = sizeof(capabilities) / sizeof(capabilities[0]) };

static bool has(const Description *description, int which) {
    return description->capabilities & (uint32_t)capabilities[which].bit;
}

static void capabilities_as_json(const Description *description) {
    json_open("capabilities", '{');
    for (int i = 0; i < CAPABILITIES; i++)
        json_bool(capabilities[i].word, has(description, i));
    json_close('}');
}

static void list_capabilities(const Description *description, const char *heading) {
    fputs(heading, stdout);
    for (int i = 0; i < CAPABILITIES; i++)
        if (has(description, i))
            printf(" %s", capabilities[i].word);
    puts(description->capabilities ? "" : " -");
}

/* What list and show have in common. */
static void fields_as_json(const Candidate *candidate, const Description *description) {
    json_text("name", candidate->name);
    json_text("version", description->usable ? description->version : NULL);
    json_text("summary", description->usable && description->summary[0] ? description->summary : NULL);
    json_text("source", candidate->source);
    json_bool("built_in", candidate->built_in);
    json_bool("usable", description->usable);
    json_text("reason", description->usable ? NULL : description->reason);
    if (description->usable)
        capabilities_as_json(description);
}

/* ---- list ---- */

static void list_as_json(const Candidates *found, const Description *descriptions) {
    json_open(NULL, '{');
    json_bool("loads_plugins", LOADS_PLUGINS);
    looked_as_json();
    json_open("missing", '[');
    for (size_t i = 0; i < OWN_ADAPTER_COUNT; i++)
        if (!candidates_have(found, own_adapters[i]))
            json_text(NULL, own_adapters[i]);
    json_close(']');
    json_open("adapters", '[');
    for (size_t i = 0; i < found->count; i++) {
        size_t by = found->all[i].shadowed_by;
        json_open(NULL, '{');
        fields_as_json(&found->all[i], &descriptions[i]);
        json_text("shadowed_by", by == i ? NULL : found->all[by].source);
        json_close('}');
    }
    json_close(']');
    json_close('}');
    json_end();
}

/* What does not fit beside the name in 79 columns stands below it; paths and reasons are as long as they are. */
static void list_line(const Candidate *candidate, const Description *description, int width, bool shadowed) {
    printf("%-*s  %-7s  %s\n    %s\n", width, candidate->name, description->version[0] ? description->version : "-",
           state_of(description, shadowed), candidate->source);
    if (description->usable)
        list_capabilities(description, "    can");
    else
        printf("    cannot be used: %s\n", description->reason);
}

static void list_as_text(const Candidates *found, const Description *descriptions) {
    int width = (int)sizeof("chained") - 1;
    for (size_t i = 0; i < found->count; i++)
        width = (int)strlen(found->all[i].name) > width ? (int)strlen(found->all[i].name) : width;
    printf("%-*s  %-7s  STATE\n", width, "NAME", "VERSION");
    for (size_t i = 0; i < found->count; i++) {
        size_t by = found->all[i].shadowed_by;
        list_line(&found->all[i], &descriptions[i], width, by != i);
        if (by != i)
            printf("    shadowed by: %s\n", found->all[by].source);
    }
    for (size_t i = 0; i < OWN_ADAPTER_COUNT; i++)
        if (!candidates_have(found, own_adapters[i]))
            printf("%-*s  %-7s  missing\n"
                   "    libsamrena's own: install %s" PLUGIN_SUFFIX " with the library, name its folder\n"
                   "    in $SAMRENA_ADAPTER_PATH, or build with -Dbuiltin_adapters=%s\n",
                   width, own_adapters[i], "-", own_adapters[i], own_adapters[i]);
    looked_as_text();
}

int command_list(const Request *request) {
    Candidates found = candidates_find();
    Description *descriptions = calloc(found.count + 1, sizeof(*descriptions));
    int status = descriptions ? 0 : EXIT_FAULT;
    for (size_t i = 0; descriptions && i < found.count; i++) {
        plugin_describe(&found.all[i], clock_now() + request->timeout, &descriptions[i]);
        status = descriptions[i].usable ? status : EXIT_FAULT;
    }
    if (descriptions && request->format == FORMAT_JSON)
        list_as_json(&found, descriptions);
    else if (descriptions)
        list_as_text(&found, descriptions);
    free(descriptions);
    candidates_free(&found);
    return status;
}

/* ---- show ---- */

static void keys_as_json(const char *keys) {
    while (*keys) {
        char key[sizeof(((Description *)0)->option_keys)];
        int length = (int)strcspn(keys, ",");
        snprintf(key, sizeof(key), "%.*s", length, keys);
        json_text(NULL, key);
        keys += length + (keys[length] == ',');
    }
}

static void show_as_json(const Candidate *candidate, const Description *description) {
    json_open(NULL, '{');
    fields_as_json(candidate, description);
    if (description->usable) {
        json_open("abi", '{');
        json_number("major", description->abi_major);
        json_number("minor", description->abi_minor);
        json_close('}');
        json_number("descriptor_size", description->struct_size);
        json_number("context_size", description->context_size);
        json_open("option_keys", '[');
        keys_as_json(description->option_keys);
        json_close(']');
    }
    json_close('}');
    json_end();
}

static void show_as_text(const Candidate *candidate, const Description *description) {
    printf("name          %s\n", candidate->name);
    printf("source        %s\n", candidate->source);
    if (!description->usable) {
        printf("unusable      %s\n", description->reason);
        return;
    }
    printf("version       %s\n", description->version[0] ? description->version : "-");
    printf("summary       %s\n", description->summary[0] ? description->summary : "-");
    list_capabilities(description, "capabilities ");
    printf("option keys   %s\n", description->option_keys[0] ? description->option_keys : "-");
    printf("adapter ABI   %" PRIu32 ".%" PRIu32 "\n", description->abi_major, description->abi_minor);
    printf("descriptor    %" PRIu32 " bytes\n", description->struct_size);
    printf("context       %" PRIu64 " bytes\n", description->context_size);
}

int command_show(const Request *request) {
    Candidate candidate;
    Description description;
    if (!candidate_of(request->subject, &candidate)) {
        candidates_tell_lack(request->subject);
        return EXIT_FAULT;
    }
    plugin_describe(&candidate, clock_now() + request->timeout, &description);
    if (request->format == FORMAT_JSON)
        show_as_json(&candidate, &description);
    else
        show_as_text(&candidate, &description);
    return description.usable ? 0 : EXIT_FAULT;
}
