# SPDX-License-Identifier: MIT
# Makes of today's include/samrena/adapter.h a made-up later version of it: with something appended wherever that is
# allowed, and another minor number.
s/^\(#define SAMRENA_ADAPTER_ABI_MINOR\) [0-9]*/\1 9/

/^} SamrenaRegion;/i\
    uint64_t page_size; /* of the pages that it is made of */\
    uint64_t node;      /* where they are */

/^struct SamrenaHost {/,/^};/{
/^};/i\
    uint64_t (*spare_memory)(const SamrenaHost *host);
}

/^} SamrenaAdapterParams;/i\
    uint64_t node;      /* asked for */\
    uint64_t node_used; /* told back */

/^} SamrenaWant;/i\
    uint64_t node; /* the best one for this piece */

/^} SamrenaAdapterOperations;/i\
    /* Optional. Moves what is resident to another node. */\
    SamrenaError (*migrate)(void *context, const SamrenaRegion *region, uint64_t node);
