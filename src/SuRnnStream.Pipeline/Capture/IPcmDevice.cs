namespace SuRnnStream;

/// <summary>A running capture device: what a system's sound library must be able to do, and no more, so that a test's script can replace it.</summary>
interface IPcmDevice : IDisposable
{
    /// <summary>What it gives.</summary>
    PcmFormat Format { get; }

    /// <summary>Waits for samples. 1: there are some; 0: the time is over; below 0: an error of <see cref="PcmError"/>, negated.</summary>
    int Wait(TimeSpan timeout);

    /// <summary>Frames read, without waiting; 0: it has ended; below 0: an error, negated.</summary>
    int Read(Span<byte> frames);

    /// <summary>Ends a suspension. 0: it is over; below 0: an error, negated, of which <see cref="PcmError.Again"/> means: not yet.</summary>
    int Resume();

    /// <summary>Starts again, without the samples that wait. 0, or an error, negated.</summary>
    int Restart();

    /// <summary>The system's words for an error.</summary>
    string Describe(int error);
}

/// <summary>Linux's numbers of the errors that are not the end of a device.</summary>
static class PcmError
{
    public const int Interrupted = 4, Again = 11, Overrun = 32, Suspended = 86;
}
