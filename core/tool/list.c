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
#include "plugin.h"
#include "samrena.h"

static const char *state_of(const Description *description, bool shadowed) {
    return !description->usable ? "unusable" : shadowed ? "shadowed" : "usable";
}

static const struct {
    SamrenaCapability bit;
    const char *word, *column;
} capabilities[] = {
    {SAMRENA_CAPABILITY_RESERVE, "reserve", "RESERVE"},
    {SAMRENA_CAPABILITY_PREFAULT, "prefault", "PREFAULT"},
    {SAMRENA_CAPABILITY_EXTEND, "extend", "EXTEND"},
    {SAMRENA_CAPABILITY_TRIM, "trim", "TRIM"},
    {SAMRENA_CAPABILITY_CONTIGUOUS, "contiguous", "CONTIGUOUS"},
    {SAMRENA_CAPABILITY_SHARED, "shared", "SHARED"},
    {SAMRENA_CAPABILITY_CONCURRENT, "concurrent", "CONCURRENT"},
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

static void list_line(const Candidate *candidate, const Description *description, int width, bool shadowed) {
    printf("%-*s  %-7s  %-8s  ", width, candidate->name, description->version[0] ? description->version : "-",
           state_of(description, shadowed));
    for (int i = 0; i < CAPABILITIES; i++)
        printf("%-*s  ", (int)strlen(capabilities[i].column), has(description, i) ? "yes" : "-");
    puts(candidate->source);
}

static void list_heading(int width) {
    printf("%-*s  %-7s  %-8s  ", width, "NAME", "VERSION", "STATE");
    for (int i = 0; i < CAPABILITIES; i++)
        printf("%s  ", capabilities[i].column);
    puts("SOURCE");
}

static void list_as_text(const Candidates *found, const Description *descriptions) {
    int width = (int)strlen("NAME");
    for (size_t i = 0; i < found->count; i++)
        width = (int)strlen(found->all[i].name) > width ? (int)strlen(found->all[i].name) : width;
    list_heading(width);
    for (size_t i = 0; i < found->count; i++) {
        size_t by = found->all[i].shadowed_by;
        list_line(&found->all[i], &descriptions[i], width, by != i);
        if (!descriptions[i].usable)
            printf("    cannot be used: %s\n", descriptions[i].reason);
        if (by != i)
            printf("    shadowed by: %s\n", found->all[by].source);
    }
    if (!LOADS_PLUGINS)
        puts("This build of libsamrena cannot load plugins: it has its built-in adapters alone.");
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

static void show_capabilities(const Description *description) {
    printf("capabilities ");
    for (int i = 0; i < CAPABILITIES; i++)
        if (has(description, i))
            printf(" %s", capabilities[i].word);
    puts(description->capabilities ? "" : " -");
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
    show_capabilities(description);
    printf("option keys   %s\n", description->option_keys[0] ? description->option_keys : "-");
    printf("adapter ABI   %" PRIu32 ".%" PRIu32 "\n", description->abi_major, description->abi_minor);
    printf("descriptor    %" PRIu32 " bytes\n", description->struct_size);
    printf("context       %" PRIu64 " bytes\n", description->context_size);
}

int command_show(const Request *request) {
    Candidate candidate;
    Description description;
    if (!candidate_of(request->subject, &candidate)) {
        fprintf(stderr, "samrena-adapter: no adapter \"%s\": samrena-adapter list shows those that there are\n",
                request->subject);
        return EXIT_FAULT;
    }
    plugin_describe(&candidate, clock_now() + request->timeout, &description);
    if (request->format == FORMAT_JSON)
        show_as_json(&candidate, &description);
    else
        show_as_text(&candidate, &description);
    return description.usable ? 0 : EXIT_FAULT;
}
