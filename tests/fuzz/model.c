// SPDX-License-Identifier: MIT
// Operations on an arena, held against the model of tests/model: an input says which arena, and which operations.
//
//     [ arena | seed of 2 bytes ]  [ operation | seed of 2 bytes ] ...
//
// Each operation draws what it needs from a seed of its own, so that a changed, lost or added one leaves the others as
// they are.
#include "fuzz.h"

#include <inttypes.h>
#include <string.h>

#include "arenas.h"
#include "choosing.h"
#include "recycle.h"
#include "same_addresses.h"
#include "test_adapters.h"

enum { MOST_OPERATIONS = 5000 };

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count;
    have_same_addresses(*arguments);
    must(arenas_set_up());
    return 0;
}

static void tell(const Model *model) {
    fprintf(stderr, "%s, operation %" PRIu64 ", %s: %s\n", model->setting->name, model->operation, model->doing,
            model->message);
    abort();
}

static void run_operations(Model *model, Input input) {
    operations_begin(model);
    while (input.left > 0 && model->operation < MOST_OPERATIONS) {
        const Operation *operation = choose_operation(model, take_byte(&input));
        model->random = take_bytes(&input, 2);
        operations_do(model, operation);
    }
    operations_check(model);
    operations_end(model);
}

/* Apart, as who comes back by longjmp() cannot count on what was in registers. */
static void run_or_tell(Model *model, Input input) {
    if (setjmp(model->broken) != 0)
        tell(model);
    run_operations(model, input);
}

/* Nothing is left for the next input: no arena that is kept, nothing that an adapter remembers. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static Model model;
    Input input = {bytes, size};
    const Setting *setting = &settings[take_byte(&input) % setting_count];
    uint64_t seed = take_bytes(&input, 2);
    if (strcmp(setting->adapter, "growing") == 0)
        return -1; /* each arena takes 64 MiB at once: under a checker fifty others run meanwhile */
    model = (Model){.setting = setting, .seed = seed, .random = seed, .next_id = 1, .doing = "start"};
    test_adapter = (TestAdapterState){0};
    run_or_tell(&model, input);
    recycle_end_all();
    return 0;
}
