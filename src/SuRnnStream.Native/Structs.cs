using System.Runtime.InteropServices;

namespace SuRnnStream.Native;

/// <summary>surnn_status of surnn.h.</summary>
enum Status
{
    Ok = 0,
    InvalidArgument = -1,
    File = -2,
    Damaged = -3,
    TooSmall = -4,
    Unsupported = -5,
    Internal = -6,
}

/// <summary>surnn_error.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct NativeError
{
    public const int Length = 508;
    public int Code;
    public fixed byte Message[Length];
}

/// <summary>surnn_stream_params.</summary>
[StructLayout(LayoutKind.Sequential)]
struct StreamParams
{
    public uint Size;
    public int SampleRate;
    public float Threshold;
    public float Refractory;
    public int Queue;
    public int Dense;

    public static unsafe StreamParams Default => new() { Size = (uint)sizeof(StreamParams), Refractory = -1, Queue = 256 };
}

/// <summary>surnn_detection.</summary>
[StructLayout(LayoutKind.Sequential)]
struct NativeDetection
{
    public uint Size;
    public int Label;
    public float Score;
    public uint Reserved;
    public double Start;
    public double End;
    public double Time;
}

/// <summary>surnn_stats.</summary>
[StructLayout(LayoutKind.Sequential)]
struct NativeStats
{
    public uint Size;
    public uint Waiting;
    public long Frames;
    public long FramesSkipped;
    public long Switches;
    public long SwitchesOpen;
    public long MultiplyAdds;
    public long MultiplyAddsDense;
    public long Detections;
    public long DetectionsDropped;
    public double StreamSeconds;
    public double FrontEndSeconds;
    public double NetworkSeconds;
}
