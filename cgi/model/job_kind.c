/* The kinds of jobs that there are: one row each. */
#include "filter_apply.h"
#include "intake.h"
#include "job_act.h"

const struct job_kind *const job_kinds[] = {&job_act_kind, &filter_apply_kind, &intake_kind, NULL};
