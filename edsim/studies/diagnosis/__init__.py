"""Why a case has no solution and what would repair it; why a solution is as it is; where a value comes from."""
