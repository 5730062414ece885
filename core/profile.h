// SPDX-License-Identifier: MIT
// Profiles: what labels came to in earlier runs, as text.
//
//     samrena-profile 1
//     label "json.parse" arenas 4000 rounds 4000 most 34380 calls 4713 avoided 0 regretted 19660800
//     sizes 8192 3 9216 12 16384 1
//     end 1 af63bd4c8601b7df
//
// Labels come in the order of their names' bytes, each once. Quotes, backslashes and control characters in names are
// \xHH. Sizes are those of classes, each with how often it came up. The last line says how many labels there are, and
// the FNV-1a hash of all bytes before it.
#ifndef SAMRENA_CORE_PROFILE_H
#define SAMRENA_CORE_PROFILE_H

#include "label_record.h"

enum { PROFILE_MOST_BYTES = 4 << 20, PROFILE_REASON = 128 };

typedef struct Profile {
    LabelRecord *records; /* in order */
    size_t count;
    char *text; /* that the names are in; NULL: they are somebody else's */
    struct Profile *older;
} Profile;

/* Takes `text`, of `size` bytes and a 0 behind them, from the heap; it goes with the profile. NULL: `reason` says which
   line is wrong and how, and the text is freed. */
Profile *profile_parse(char *text, size_t size, char reason[PROFILE_REASON]);

/* On the heap; NULL: that has no memory. */
char *profile_format(const Profile *profile, size_t *size);

/* With room for so many records; NULL: the heap has no memory. */
Profile *profile_create(size_t room);
void profile_free(Profile *profile);

/* NULL: there is none of that name. */
const LabelRecord *profile_find(const Profile *profile, const char *name);

/* What two runs, or two labels of one name, came to together. */
void profile_add(LabelRecord *record, const LabelRecord *other);

#endif
