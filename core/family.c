// SPDX-License-Identifier: MIT
// Arenas that end with another one.
#include "family.h"

#include "error.h"

SamrenaError family_check_parent(const Samrena *parent) {
    if (parent->now.state == ALIVE)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "SamrenaConfig.parent: the arena %p %s", (const void *)parent,
                     parent->now.state == TAKING_BACK ? "is taking back what it holds" : "has ended");
}

void family_join(Samrena *child, Samrena *parent) {
    Samrena *elder = parent->family.youngest;
    child->family.parent = parent;
    child->family.elder = elder;
    child->family.younger = NULL;
    if (elder)
        elder->family.younger = child;
    parent->family.youngest = child;
    parent->ties |= TIED_TO_FAMILY;
    child->ties |= TIED_TO_FAMILY;
}

void family_leave(Samrena *child) {
    Family *family = &child->family;
    if (family->elder)
        family->elder->family.younger = family->younger;
    if (family->younger)
        family->younger->family.elder = family->elder;
    else
        family->parent->family.youngest = family->elder;
    family->parent = NULL;
}

bool family_is_below(const Samrena *arena, const Samrena *ancestor) {
    while (arena && arena != ancestor)
        arena = arena->family.parent;
    return arena;
}

/* The next one below `root`, each before its own children; NULL: that was the last. */
static const Samrena *next_below(const Samrena *arena, const Samrena *root) {
    if (arena->family.youngest)
        return arena->family.youngest;
    while (arena != root && !arena->family.elder)
        arena = arena->family.parent;
    return arena == root ? NULL : arena->family.elder;
}

bool family_takes_back(const Samrena *arena) {
    const Samrena *below = next_below(arena, arena);
    while (below && below->now.state != TAKING_BACK)
        below = next_below(below, arena);
    return below;
}

void family_move_children(Samrena *to, Samrena *from) {
    Samrena *eldest = from->family.youngest;
    if (!eldest)
        return;
    eldest->family.parent = to;
    while (eldest->family.elder) {
        eldest = eldest->family.elder;
        eldest->family.parent = to;
    }
    eldest->family.elder = to->family.youngest;
    if (to->family.youngest)
        to->family.youngest->family.younger = eldest;
    to->family.youngest = from->family.youngest;
    to->ties |= TIED_TO_FAMILY;
    from->family.youngest = NULL;
}

Samrena *family_last(Samrena *arena) {
    while (arena->family.youngest) {
        arena->now.state = TAKING_BACK;
        arena = arena->family.youngest;
    }
    return arena;
}
