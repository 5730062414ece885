// SPDX-License-Identifier: MIT
// Containers of integers, over an arena and beside it: the loops of bench_containers, which are C++.
#ifndef SAMRENA_TESTS_CONTAINERS_H
#define SAMRENA_TESTS_CONTAINERS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CONTAINER_ELEMENTS = 10000 };

/* Builds a container in the arena, throws it away and resets, `turns` times. Who does not use the arena leaves it. */
typedef void ContainerLoop(void *arena, uint64_t turns);

ContainerLoop list_on_heap, list_over_monotonic, list_over_resource, list_over_allocator;
ContainerLoop set_on_heap, set_over_monotonic, set_over_resource, set_over_allocator;

#ifdef __cplusplus
}
#endif

#endif
