// A geometry's axis plans in device memory.
#pragma once

#include "cuda/memory.h"
#include "pipeline/pipelineOptions.h"

namespace trtfairmot
{

class LetterboxTables
{
public:
    static constexpr char const* kNAME = "LetterboxPlan";

    // Uploads in the order of the stream; returns when the host's copy is no longer needed.
    LetterboxTables(int device, FrameGeometry const& geometry, cudaStream_t stream);
    LetterboxTables(LetterboxTables const&) = delete;
    LetterboxTables& operator=(LetterboxTables const&) = delete;

    // Everything but source and destination.
    LetterboxParameters parameters() const;

    FrameGeometry const& geometry() const noexcept
    {
        return mGeometry;
    }

private:
    FrameGeometry mGeometry;
    DeviceMemory mMemory;
};

} // namespace trtfairmot
