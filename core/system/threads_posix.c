// SPDX-License-Identifier: MIT
// Threads of the library's own and its monitor, as POSIX has them.
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "atomic.h"
#include "condition.h"
#include "system.h"

/* ---- Threads ---- */

_Static_assert(sizeof(pthread_t) <= sizeof(uintptr_t), "a thread's handle fits its place");

static void *enter_thread(void *given) {
    const SystemThread *thread = given;
    thread->run(thread->argument);
    return NULL;
}

/* A small stack of its own, as locked memory would be resident to the last byte; with room for what the C library, and
   the program's thread-local variables, take of it. */
static size_t stack_size(void) {
    enum { OURS = 256 << 10 };
    long least = sysconf(_SC_THREAD_STACK_MIN);
    return (size_t)(least > 0 ? least : 0) + OURS;
}

static void prepare(pthread_attr_t *attributes, bool yields) {
    const struct sched_param usual = {.sched_priority = 0};
    (void)pthread_attr_setstacksize(attributes, stack_size());
    if (yields) {
        (void)pthread_attr_setinheritsched(attributes, PTHREAD_EXPLICIT_SCHED);
        (void)pthread_attr_setschedpolicy(attributes, SCHED_OTHER);
        (void)pthread_attr_setschedparam(attributes, &usual);
    }
}

/* Signals are for the program's threads: a handler of its may not expect to run here. */
bool system_thread_start(SystemThread *thread) {
    sigset_t all, before;
    pthread_attr_t attributes;
    pthread_t handle;
    sigfillset(&all);
    if (pthread_attr_init(&attributes) != 0)
        return false;
    prepare(&attributes, thread->yields);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&handle, &attributes, enter_thread, thread) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    if (started)
        memcpy(&thread->handle, &handle, sizeof(handle));
    return started;
}

/* What waits here cannot be cancelled meanwhile: it holds the monitor, or memory that another thread is at work with.
 */
static int refuse_cancelling(void) {
    int before = PTHREAD_CANCEL_ENABLE;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    return before;
}

static void allow_cancelling(int before) {
    (void)pthread_setcancelstate(before, &before);
}

void system_thread_join(SystemThread *thread) {
    pthread_t handle;
    int cancelling = refuse_cancelling();
    memcpy(&handle, &thread->handle, sizeof(handle));
    (void)pthread_join(handle, NULL);
    allow_cancelling(cancelling);
}

/* ---- The monitor ---- */

typedef void CallInChild(void);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static _Atomic(CallInChild *) call_in_child;
static bool is_there;

/* Those who waited in the parent are not there: their queue is made anew. */
static void renew_in_child(void) {
    (void)condition_make(&changed);
    atomic_load_explicit(&call_in_child, memory_order_relaxed)();
    system_monitor_leave();
}

/* The handlers have to stay. */
static void begin_monitor(void) {
    (void)system_pin(&once);
    if (!condition_make(&changed))
        return;
    int error = pthread_atfork(system_monitor_enter, system_monitor_leave, renew_in_child);
    is_there = error == 0;
}

bool system_monitor_begin(void (*in_child)(void)) {
    atomic_store_explicit(&call_in_child, in_child, memory_order_relaxed);
    (void)pthread_once(&once, begin_monitor);
    return is_there;
}

void system_monitor_enter(void) {
    (void)pthread_mutex_lock(&lock);
}

bool system_monitor_try_enter(void) {
    return pthread_mutex_trylock(&lock) == 0;
}

void system_monitor_leave(void) {
    (void)pthread_mutex_unlock(&lock);
}

bool system_monitor_wait(uint64_t nanoseconds) {
    struct timespec until;
    int cancelling = refuse_cancelling();
    condition_now(&until);
    nanoseconds += (uint64_t)until.tv_nsec;
    until.tv_sec += (time_t)(nanoseconds / 1000000000);
    until.tv_nsec = (long)(nanoseconds % 1000000000);
    bool woken = pthread_cond_timedwait(&changed, &lock, &until) != ETIMEDOUT;
    allow_cancelling(cancelling);
    return woken;
}

void system_monitor_wake_all(void) {
    (void)pthread_cond_broadcast(&changed);
}

void system_sleep(uint64_t nanoseconds) {
    struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    (void)nanosleep(&time, NULL);
}
