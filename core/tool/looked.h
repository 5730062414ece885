// SPDX-License-Identifier: MIT
// Where adapters are looked for, and what of it is ignored.
#ifndef SAMRENA_TOOL_LOOKED_H
#define SAMRENA_TOOL_LOOKED_H

void looked_as_text(void);

/* Members of the object that is open. */
void looked_as_json(void);

#endif
