// SPDX-License-Identifier: MIT
// What is done when the library goes, or the process: in this order, as arenas that end tell their labels.
#include "background.h"
#include "profiles.h"
#include "recycle.h"
#include "scratch.h"
#include "system/system.h"

/* Of threads that have not ended, this one's scratch arenas. What is kept goes so that nothing is left where the
   library goes before the process does, or somebody looks for leaks; not where only this thread is left, and the
   adapters may have ended before. */
void library_end(void) {
    scratch_end();
    if (!system_threads_are_gone()) {
        (void)recycle_end_all();
        background_end_thread();
    }
    profiles_end();
}
