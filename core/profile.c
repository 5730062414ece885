// SPDX-License-Identifier: MIT
// Profiles as things: records in the order of their names.
#include "profile.h"

#include <stdlib.h>
#include <string.h>

Profile *profile_create(size_t room) {
    Profile *profile = malloc(sizeof(*profile));
    LabelRecord *records = profile ? calloc(room ? room : 1, sizeof(LabelRecord)) : NULL;
    if (!records) {
        free(profile);
        return NULL;
    }
    *profile = (Profile){.records = records};
    return profile;
}

void profile_free(Profile *profile) {
    if (!profile)
        return;
    free(profile->records);
    free(profile->text);
    free(profile);
}

const LabelRecord *profile_find(const Profile *profile, const char *name) {
    size_t from = 0, to = profile->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(name, profile->records[middle].name);
        if (order == 0)
            return &profile->records[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

void profile_add(LabelRecord *record, const LabelRecord *other) {
    record->arenas = add_saturating(record->arenas, other->arenas);
    record->alive = add_saturating(record->alive, other->alive);
    record->rounds = add_saturating(record->rounds, other->rounds);
    record->most = max_u64(record->most, other->most);
    record->calls = add_saturating(record->calls, other->calls);
    record->avoided = add_saturating(record->avoided, other->avoided);
    record->regretted = add_saturating(record->regretted, other->regretted);
    sizes_merge(&record->sizes, &other->sizes);
}
