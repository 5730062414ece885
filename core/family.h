// SPDX-License-Identifier: MIT
// Arenas that end with another one.
#ifndef SAMRENA_CORE_FAMILY_H
#define SAMRENA_CORE_FAMILY_H

#include "arena.h"

/* Whether an arena can become the parent of one more. The error is set, not reported. */
SamrenaError family_check_parent(const Samrena *parent);
void family_join(Samrena *child, Samrena *parent);
/* One that has a parent. */
void family_leave(Samrena *child);

/* Whether `arena` is `ancestor`, or ends with it. Costs a step for each one in between. */
bool family_is_below(const Samrena *arena, const Samrena *ancestor);
/* Whether release functions of one that ends with `arena` are running. Costs a step for each that does. */
bool family_takes_back(const Samrena *arena);
/* The children of `from` become those of `to`. Costs a step for each. */
void family_move_children(Samrena *to, Samrena *from);

/* An arena without children that ends with `arena`, the youngest of the youngest; `arena` itself where it has none.
   Those on the way are about to end: nobody ends them meanwhile, and they get no more children. */
Samrena *family_last(Samrena *arena);

#endif
