// SPDX-License-Identifier: MIT
// What may be made resident: half of what the machine can spare, shared out among all who ask.
//
//     granted   counts what was admitted, ever         settled   what of it is resident, as the next reading will see
//     grantable what `granted` may come to by the last reading: its value before that began, and half of what is spare
//
// No thread waits for another. A reading that is stored late was begun at a lower `granted`, and promises no more than
// it saw; what was admitted but is not resident yet counts as taken in every reading.
#include "pressure.h"

#include <inttypes.h>
#include <string.h>

#include "atomic.h"
#include "checked_math.h"
#include "log.h"
#include "system/system.h"

/* As long a reading is used: less than it takes to fill what a machine with little memory could lose meanwhile. */
#define NANOSECONDS_SHARED (UINT64_C(5) * 1000 * 1000)

static _Atomic(uint64_t) granted, settled, grantable;
static _Atomic(uint64_t) read_at; /* 0: not yet, in this process */
static _Atomic(uint64_t) read_by; /* the process */

/* ---- What the last reading rests on, for the log alone ---- */

static atomic_flag text_is_used = ATOMIC_FLAG_INIT;
static SystemPressure last_reading;

/* False: another thread is at it, or was when this process was forked, and nothing depends on it. */
static bool exchange_text(SystemPressure *to, const SystemPressure *from) {
    if (atomic_flag_test_and_set_explicit(&text_is_used, memory_order_acquire)) /* GCOVR_EXCL_BR_LINE: a race */
        return false;
    *to = *from;
    atomic_flag_clear_explicit(&text_is_used, memory_order_release);
    return true;
}

static void log_cut(const SamrenaConfig *config, uint64_t allowed, uint64_t bytes) {
    SystemPressure reading;
    if (!log_wanted(config, SAMRENA_LOG_INFO))
        return;
    if (!exchange_text(&reading, &last_reading)) /* GCOVR_EXCL_BR_LINE: a race */
        reading = (SystemPressure){.decided = "another thread's reading"};
    log_line(config, SAMRENA_LOG_INFO, "%" PRIu64 " of %" PRIu64 " bytes are prefaulted: %" PRIu64 " to spare by %s%s",
             allowed, bytes, reading.spare, reading.decided,
             reading.stalled ? ", and tasks are stalled for memory" : "");
}

/* ---- Reading ---- */

/* A forked child has what its parent counted, but none of the threads that were about to settle. */
static void begin_in_this_process(void) {
    uint64_t before = atomic_load(&read_by), now = system_process();
    if (before != now &&
        atomic_compare_exchange_strong(&read_by, &before, now)) { /* GCOVR_EXCL_BR_LINE: another is first */
        atomic_store(&settled, atomic_load(&granted));
        atomic_store(&read_at, 0);
    }
}

static void read_afresh(uint64_t now) {
    uint64_t resident = atomic_load(&settled);
    uint64_t admitted = atomic_load(&granted);
    SystemPressure reading = system_pressure("");
    uint64_t to_come = admitted - min_u64(resident, admitted);
    uint64_t spare = reading.spare == UINT64_MAX ? UINT64_MAX : (reading.spare - min_u64(reading.spare, to_come)) / 2;
    atomic_store(&grantable, add_saturating(admitted, reading.stalled ? 0 : spare));
    atomic_store(&read_at, now);
    (void)exchange_text(&last_reading, &reading);
}

/* ---- Admitting ---- */

uint64_t pressure_admit(const SamrenaConfig *config, uint64_t bytes) {
    begin_in_this_process();
    uint64_t now = system_now();
    uint64_t then = atomic_load(&read_at);
    if (then == 0 || now - then >= NANOSECONDS_SHARED)
        read_afresh(now);
    uint64_t before = atomic_load(&granted), most, allowed;
    do {
        most = atomic_load(&grantable);
        allowed = min_u64(bytes, most - min_u64(most, before));
    } while (!atomic_compare_exchange_weak(&granted, &before, before + allowed));
    if (allowed < bytes)
        log_cut(config, allowed, bytes);
    return allowed;
}

void pressure_settle(uint64_t admitted) {
    atomic_fetch_add(&settled, admitted);
}
