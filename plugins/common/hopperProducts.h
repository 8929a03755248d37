// Whether this build has the machine code of sm_90a, without which warpgroup.h multiplies warp by warp.
#pragma once

namespace trtfairmot
{

#if defined(HOPPER_PRODUCTS)
constexpr bool kHOPPER_PRODUCTS = true;
#else
constexpr bool kHOPPER_PRODUCTS = false;
#endif

} // namespace trtfairmot
