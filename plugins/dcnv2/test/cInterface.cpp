// The kernel as a C library, for compare_torchvision.py.
#include "dcnv2/kernel/dcnv2.h"

using namespace trtfairmot;

namespace
{

constexpr int32_t kINTEGERS = 22;

// In the order of Dcnv2Params.
Dcnv2Params paramsFrom(int32_t const* v)
{
    Dcnv2Params p;
    int32_t* const sizes[] = {&p.batch, &p.inChannels, &p.inHeight, &p.inWidth, &p.outChannels, &p.kernelHeight,
        &p.kernelWidth, &p.strideHeight, &p.strideWidth, &p.padHeight, &p.padWidth, &p.dilationHeight, &p.dilationWidth,
        &p.groups, &p.deformableGroups};
    int32_t i = 0;
    for (int32_t* const size : sizes)
    {
        *size = v[i++];
    }
    p.type = static_cast<ElementType>(v[i++]);
    p.layout = static_cast<ActivationLayout>(v[i++]);
    p.offsetLayout = static_cast<ActivationLayout>(v[i++]);
    p.weightLayout = static_cast<WeightLayout>(v[i++]);
    p.offsetMaskFused = v[i++] != 0;
    p.sigmoidMask = v[i++] != 0;
    p.relu = v[i++] != 0;
    return p;
}

} // namespace

#define DCNV2_EXPORT extern "C" __attribute__((visibility("default")))

DCNV2_EXPORT int32_t dcnv2_integers()
{
    return kINTEGERS;
}

DCNV2_EXPORT int64_t dcnv2_workspace_bytes(int32_t const* params)
{
    return static_cast<int64_t>(dcnv2WorkspaceSize(paramsFrom(params)));
}

// A sentence, or nullptr.
DCNV2_EXPORT char const* dcnv2_problem(int32_t const* params)
{
    return problemFromParams(paramsFrom(params));
}

// pointers: input, offset, mask, weight, bias, output, workspace.
DCNV2_EXPORT int32_t dcnv2_forward(int32_t const* params, void* const* pointers, void* stream)
{
    Dcnv2Tensors const tensors{
        pointers[0], pointers[1], pointers[2], pointers[3], pointers[4], pointers[5], pointers[6]};
    return static_cast<int32_t>(dcnv2Forward(paramsFrom(params), tensors, static_cast<cudaStream_t>(stream)));
}
