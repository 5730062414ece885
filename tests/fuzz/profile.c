// SPDX-License-Identifier: MIT
// Profile files: any text, as it is, and ended as one that was written. What is taken is written and read again, and is
// the same.
#include "fuzz.h"

#include <inttypes.h>
#include <string.h>

#include "profile.h"
#include "profile_hash.h"

static Profile *parse(char *text, size_t size) {
    char reason[PROFILE_REASON] = "";
    Profile *profile = profile_parse(text, size, reason);
    must(profile ? reason[0] == '\0' : reason[0] != '\0');
    return profile;
}

static void expect_same(const Profile *profile, const Profile *again) {
    must(again && again->count == profile->count);
    for (size_t i = 0; i < profile->count; i++) {
        const LabelRecord *record = &profile->records[i];
        must(profile_find(again, record->name) == &again->records[i]);
        must(again->records[i].arenas == record->arenas && again->records[i].rounds == record->rounds);
        must(again->records[i].most == record->most && again->records[i].regretted == record->regretted);
    }
}

static void read_and_write(char *text, size_t size) {
    Profile *profile = parse(text, size);
    if (!profile)
        return;
    size_t written;
    char *again = profile_format(profile, &written);
    must(again);
    char *copy = text_of(again, written);
    free(again);
    Profile *second = parse(copy, written);
    expect_same(profile, second);
    profile_free(second);
    profile_free(profile);
}

/* The count and the hash that a fuzzer does not guess. */
static char *with_its_end(const uint8_t *bytes, size_t size, size_t *whole) {
    enum { LONGEST_END = 64 };
    char *text = malloc(size + LONGEST_END);
    size_t count = 0;
    must(text);
    memcpy(text, bytes, size);
    for (size_t i = 0; i + 7 <= size; i++)
        count += (i == 0 || text[i - 1] == '\n') && memcmp(text + i, "label \"", 7) == 0;
    int length = snprintf(text + size, LONGEST_END, "end %zu %016" PRIx64 "\n", count, profile_hash(text, size));
    *whole = size + (size_t)length;
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    size_t whole;
    read_and_write(text_of(bytes, size), size);
    char *ended = with_its_end(bytes, size, &whole);
    read_and_write(text_of(ended, whole), whole);
    free(ended);
    return 0;
}
