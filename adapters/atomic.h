// SPDX-License-Identifier: MIT
// The atomic operations of C11, by their own names, as core/atomic.h has them for the core. Types are written
// _Atomic(type), and each access is one of those operations.
#ifndef SAMRENA_ADAPTERS_ATOMIC_H
#define SAMRENA_ADAPTERS_ATOMIC_H

#include <stdatomic.h>

#endif
