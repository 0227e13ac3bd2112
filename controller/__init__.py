"""The brain: orders, stock, stations, dispatch policies, path planning, grants, records, KPIs and the command line."""

from controller.kernel_cache import use_kernel_cache

use_kernel_cache()
