// SPDX-License-Identifier: MIT
// The first failure of a process that nobody listens to is told on stderr, once: who does not look at what calls return
// sees why nothing works.
#ifndef SAMRENA_CORE_FIRST_FAILURE_H
#define SAMRENA_CORE_FIRST_FAILURE_H

/* Tells the error of this thread, if it is the process's first. Not where $SAMRENA_LOG is set, which says what is to be
   told, nor in a process with elevated rights, whose stderr may be anything. Whether somebody listens, by a callback,
   is for the caller to see. What only asks does not come here. */
void first_failure_tell(void);

#endif
