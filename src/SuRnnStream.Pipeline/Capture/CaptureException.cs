namespace SuRnnStream;

/// <summary>A device that cannot be used. The message is one line: the device, what is wrong and what to do about it.</summary>
public sealed class CaptureException : IOException
{
    /// <param name="device">The device, as the user named it.</param>
    /// <param name="problem">What is wrong, without a full stop.</param>
    /// <param name="remedy">What the user can do, without a full stop.</param>
    public CaptureException(string device, string problem, string remedy) : base($"{device}: {problem}; {remedy}.") =>
        (Device, Problem) = (device, problem);

    /// <summary>The device, as the user named it.</summary>
    public string Device { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }
}
