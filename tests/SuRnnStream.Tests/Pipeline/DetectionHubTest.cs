using Xunit;

namespace SuRnnStream.Tests.Pipeline;

/// <summary>The hub of a detector that runs elsewhere: observers and no readers.</summary>
public sealed class DetectionHubTest
{
    static readonly Detection Yes = new("yes", 0.9f, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

    [Fact]
    public void Publish_ReachesAllObservers_AlsoAfterOneThatThrows()
    {
        var (errors, heard) = (new List<Exception>(), new Heard());
        var hub = new DetectionHub(errors.Add);
        hub.Subscribe(new Heard { Failure = new NotSupportedException() });
        var subscription = hub.Subscribe(heard);
        hub.Publish(Yes);
        subscription.Dispose();
        hub.Publish(Yes);
        Assert.Equal([Yes], heard.Told);
        Assert.Equal(2, errors.Count);
        Assert.All(errors, error => Assert.IsType<NotSupportedException>(error));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Complete_EndsObservers_AlsoThoseThatComeLater(bool fails)
    {
        var (hub, before, after) = (new DetectionHub(), new Heard(), new Heard());
        var failure = fails ? new IOException("unplugged") : null;
        hub.Subscribe(before);
        hub.Complete(failure);
        hub.Publish(Yes);
        hub.Subscribe(after);
        Assert.All([before, after], observer => Assert.Equal((true, (Exception?)failure), (observer.Ended, observer.Error)));
        Assert.Empty(before.Told);
    }

    sealed class Heard : IObserver<Detection>
    {
        public List<Detection> Told { get; } = [];

        public Exception? Failure { get; init; }

        public bool Ended { get; private set; }

        public Exception? Error { get; private set; }

        public void OnNext(Detection value)
        {
            if (Failure is not null) throw Failure;
            Told.Add(value);
        }

        public void OnCompleted() => Ended = true;

        public void OnError(Exception error) => (Ended, Error) = (true, error);
    }
}
