// SPDX-License-Identifier: MIT
// Every adapter that there is a file for, or that is built in, in the order in which a name finds them.
#include "candidates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/closest_name.h"
#include "loader/registry.h"
#include "loader/search.h"
#include "system/system.h"

static void add(Candidates *found, const char *name, const char *source, bool built_in) {
    Candidate *all = realloc(found->all, (found->count + 1) * sizeof(*all));
    if (!all) {
        fputs("samrena-adapter: no heap memory left\n", stderr);
        exit(1);
    }
    found->all = all;
    Candidate *candidate = &all[found->count];
    memset(candidate, 0, sizeof(*candidate));
    candidate->built_in = built_in;
    snprintf(candidate->name, sizeof(candidate->name), "%s", name);
    snprintf(candidate->source, sizeof(candidate->source), "%s", source);
    candidate->shadowed_by = found->count++;
}

static void add_built_in(Candidates *found) {
    for (const SamrenaAdapter *const *adapter = samrena_built_in_adapters; *adapter; adapter++)
        add(found, (*adapter)->name, "built in", true);
}

static bool add_file(const FoundFile *file, void *found) {
    add(found, file->name, file->path, false);
    return true;
}

/* By name; what the name finds comes first of its name. */
static int compare(const void *left, const void *right) {
    const Candidate *a = left, *b = right;
    int names = strcmp(a->name, b->name);
    return names ? names : (a->shadowed_by > b->shadowed_by) - (a->shadowed_by < b->shadowed_by);
}

Candidates candidates_find(void) {
    Candidates found = {NULL, 0};
    add_built_in(&found);
    search_files(add_file, &found);
    if (found.count > 0)
        qsort(found.all, found.count, sizeof(*found.all), compare);
    for (size_t i = 0; i < found.count; i++) {
        bool same = i > 0 && strcmp(found.all[i].name, found.all[i - 1].name) == 0;
        found.all[i].shadowed_by = same ? found.all[i - 1].shadowed_by : i;
    }
    return found;
}

bool candidates_have(const Candidates *found, const char *name) {
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->all[i].name, name) == 0)
            return true;
    return false;
}

void candidates_tell_lack(const char *name) {
    ClosestName closest = {.given = name};
    Candidates found = candidates_find();
    for (size_t i = 0; i < found.count; i++)
        closest_name_look(&closest, found.all[i].name);
    candidates_free(&found);
    bool close = closest.name[0];
    fprintf(stderr, "samrena-adapter: no adapter \"%s\": %s%s%ssamrena-adapter list shows those that there are\n", name,
            close ? "did you mean \"" : "", closest.name, close ? "\"? " : "");
}

const SamrenaAdapter *candidate_built_in(const Candidate *candidate) {
    const SamrenaAdapter *const *adapter = samrena_built_in_adapters;
    while (*adapter && strcmp((*adapter)->name, candidate->name) != 0)
        adapter++;
    return *adapter;
}

void candidates_free(Candidates *found) {
    free(found->all);
}

static bool is_file(const char *text) {
    size_t length = strlen(text), suffix = strlen(PLUGIN_SUFFIX);
    return path_last_separator(text) || (length > suffix && strcmp(text + length - suffix, PLUGIN_SUFFIX) == 0);
}

/* Absolute, with links as they are: the name that a file promises is the link's. */
static bool file_candidate(const char *file, Candidate *candidate) {
    char *path = system_absolute_path(file);
    if (!path)
        return false;
    const char *last = path_last_separator(path) + 1;
    snprintf(candidate->name, sizeof(candidate->name), "%.*s", (int)strcspn(last, "."), last);
    bool fits = (size_t)snprintf(candidate->source, PATH_ROOM, "%s", path) < PATH_ROOM;
    free(path);
    return fits;
}

bool candidate_of(const char *name_or_file, Candidate *candidate) {
    memset(candidate, 0, sizeof(*candidate));
    if (is_file(name_or_file))
        return file_candidate(name_or_file, candidate);
    Candidates found = candidates_find();
    bool known = false;
    for (size_t i = 0; i < found.count && !known; i++) {
        known = strcmp(found.all[i].name, name_or_file) == 0;
        if (known)
            *candidate = found.all[i];
    }
    candidates_free(&found);
    return known;
}
