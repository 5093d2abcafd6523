import FareDomain
public import FarePorts
public import Testing

/// What every booking store must do. Each case is a clause, which a store's tests run one by one:
///
/// ```swift
/// @Test(arguments: BookingStoreContract.allCases)
/// func keepsTheContract(_ clause: BookingStoreContract) async throws {
///     try await clause.check { InMemoryBookingStore() }
/// }
/// ```
///
/// Texts are without NUL, which not every database can store.
public enum BookingStoreContract: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case aFreeKeyIsClaimedAndThenInProgress
    case keysArePerCaller
    case anotherRequestUnderAKeyIsReuseWhateverTheKeysState
    case anExpiredClaimIsTakenOverOnce
    case aTakenOverKeyIsNotItsFirstOwnersAnyMore
    case aRenewedClaimStaysInProgress
    case anAbandonedKeyRunsAnew
    case abandoningNeedsTheOwnerAndNoBooking
    case aKeyKeepsItsFirstAnswerByteForByte
    case finishingAnUnknownKeyConflicts
    case aBookedKeyTellsItsBookingOnceItsOwnerIsGone
    case aClaimFromBeforeTheClockWasSetBackHoldsNobodyOff
    case onlyKeysThatNobodyNeedsAreForgotten
    case aKeyIsKeptFromItsAnswerOn
    case onlyOneOfManyClaimsOfAKeyWins
    case onlyOneOfManyTakeoversWins

    case aBookingComesBackByteForByte
    case creatingTwiceConflictsAndChangesNothing
    case creatingUnderALostKeyConflictsAndStoresNothing
    case aKeyHasOneBooking
    case creatingWithoutAKeyNeedsNone
    case savingNeedsTheVersionBefore
    case aConflictingSaveLeavesNoJournal
    case onlyOneOfManySavesOfAVersionWins
    case theJournalKeepsItsOrder
    case unsettledBookingsComeOldestFirst
    case locatorsFindTheNewestFirst
    case locatorsAreReplaced
    case aNegativeLimitFindsNothing
    case changedBookingsComeInTheOrderOfTheirChanges
    case theStoreCanBeChecked

    case onlyTheOwnerSavesAnUnsettledBooking
    case anybodySavesASettledBookingAndOwnsItThen
    case whoeverWasTakenOverFromSavesNothingMore
    case aBookingIsTakenOverOnceItsLeaseRanOut
    case aLeaseFromBeforeTheClockWasSetBackHoldsNobodyOff
    case anOwnerTakesOverItsOwnOnlyWhereItLeftIt
    case takingOverGoesByAgeUpToTheLimit
    case takingOverChangesTheVersionAlone
    case onlyOneOfManyTakesOverABooking
    case aSaveAndATakeoverNeverBothWin
    case renewingProlongsAnOwnersUnsettledBookings
    case endedLeasesHoldNobodyOff

    case aSecondBookingOfATripIsADuplicate
    case aDuplicateIsOfTheSameTripAndLate
    case aBookingThatCameToNothingIsNoDuplicate
    case duplicatesMayBeAllowed
    case aLaterBookingNeverRefusesAnEarlierOnesSaves
    case aSaveForAnotherTripMayBeADuplicate
    case onlyOneOfManyBookingsOfATripIsCreated

    case anOrderIsOneBookings
    case onlyOneOfManyClaimsOfAnOrderWins

    public var testDescription: String { rawValue }

    /// Checks this clause, and records what is broken as issues of the test that runs.
    ///
    /// - Parameter makeStore: makes an empty store. It is called once.
    /// - Throws: what the store throws where it must not.
    public func check(_ makeStore: () async throws -> any BookingStore) async throws {
        let store = try await makeStore()
        switch self {
        case .aFreeKeyIsClaimedAndThenInProgress: try await freeKey(store)
        case .keysArePerCaller: try await perCaller(store)
        case .anotherRequestUnderAKeyIsReuseWhateverTheKeysState: try await reuse(store)
        case .anExpiredClaimIsTakenOverOnce: try await takeover(store)
        case .aTakenOverKeyIsNotItsFirstOwnersAnyMore: try await lostKey(store)
        case .aRenewedClaimStaysInProgress: try await renewal(store)
        case .anAbandonedKeyRunsAnew: try await abandonment(store)
        case .abandoningNeedsTheOwnerAndNoBooking: try await refusedAbandonment(store)
        case .aKeyKeepsItsFirstAnswerByteForByte: try await firstAnswer(store)
        case .finishingAnUnknownKeyConflicts: try await unknownKey(store)
        case .aBookedKeyTellsItsBookingOnceItsOwnerIsGone: try await bookedKey(store)
        case .aClaimFromBeforeTheClockWasSetBackHoldsNobodyOff: try await clockSetBackUnderAKey(store)
        case .onlyKeysThatNobodyNeedsAreForgotten: try await forgottenKeys(store)
        case .aKeyIsKeptFromItsAnswerOn: try await lateAnswer(store)
        case .onlyOneOfManyClaimsOfAKeyWins: try await claimRace(store)
        case .onlyOneOfManyTakeoversWins: try await takeoverRace(store)
        case .aBookingComesBackByteForByte: try await roundTrip(store)
        case .creatingTwiceConflictsAndChangesNothing: try await secondCreation(store)
        case .creatingUnderALostKeyConflictsAndStoresNothing: try await creationUnderLostKey(store)
        case .aKeyHasOneBooking: try await secondBookingOfKey(store)
        case .creatingWithoutAKeyNeedsNone: try await creationWithoutKey(store)
        case .savingNeedsTheVersionBefore: try await versions(store)
        case .aConflictingSaveLeavesNoJournal: try await refusedJournal(store)
        case .onlyOneOfManySavesOfAVersionWins: try await saveRace(store)
        case .theJournalKeepsItsOrder: try await journalOrder(store)
        case .unsettledBookingsComeOldestFirst: try await unsettled(store)
        case .locatorsFindTheNewestFirst: try await locators(store)
        case .locatorsAreReplaced: try await replacedLocators(store)
        case .aNegativeLimitFindsNothing: try await negativeLimit(store)
        case .changedBookingsComeInTheOrderOfTheirChanges: try await changes(store)
        case .theStoreCanBeChecked: try await store.check()
        case .onlyTheOwnerSavesAnUnsettledBooking: try await owner(store)
        case .anybodySavesASettledBookingAndOwnsItThen: try await settledBooking(store)
        case .whoeverWasTakenOverFromSavesNothingMore: try await fence(store)
        case .aBookingIsTakenOverOnceItsLeaseRanOut: try await expiredLease(store)
        case .aLeaseFromBeforeTheClockWasSetBackHoldsNobodyOff: try await clockSetBack(store)
        case .anOwnerTakesOverItsOwnOnlyWhereItLeftIt: try await ownBookings(store)
        case .takingOverGoesByAgeUpToTheLimit: try await takeoverOrder(store)
        case .takingOverChangesTheVersionAlone: try await takeoverRoundTrip(store)
        case .onlyOneOfManyTakesOverABooking: try await bookingTakeoverRace(store)
        case .aSaveAndATakeoverNeverBothWin: try await saveAgainstTakeover(store)
        case .renewingProlongsAnOwnersUnsettledBookings: try await leaseRenewal(store)
        case .endedLeasesHoldNobodyOff: try await leaseEnd(store)
        case .aSecondBookingOfATripIsADuplicate: try await duplicate(store)
        case .aDuplicateIsOfTheSameTripAndLate: try await duplicateWindow(store)
        case .aBookingThatCameToNothingIsNoDuplicate: try await deadDuplicate(store)
        case .duplicatesMayBeAllowed: try await allowedDuplicate(store)
        case .aLaterBookingNeverRefusesAnEarlierOnesSaves: try await earlierBooking(store)
        case .aSaveForAnotherTripMayBeADuplicate: try await changedTrip(store)
        case .onlyOneOfManyBookingsOfATripIsCreated: try await tripRace(store)
        case .anOrderIsOneBookings: try await orderClaim(store)
        case .onlyOneOfManyClaimsOfAnOrderWins: try await orderRace(store)
        }
    }

    /// A booking with all its fields filled, and a state that is no text.
    ///
    /// - Parameter seconds: when it was created, after the contract's start of time.
    public static func sampleBooking(
        _ id: String = "bkg_1", version: Int64 = 1, settled: Bool = false, locators: [String] = [],
        key: IdempotencyKey? = nil, createdAfter seconds: Int64 = 0
    ) -> BookingRecord {
        BookingRecord(
            id: BookingID(id), version: version, status: settled ? "ticketed" : "pending", settled: settled,
            locators: locators, key: key, state: Array(0...255) + [UInt8(truncatingIfNeeded: version)],
            createdAt: time(seconds), updatedAt: time(seconds + version))
    }

    /// A journal's line.
    public static func sampleEntry(_ step: String, number: Int = 1) -> JournalEntry {
        JournalEntry(
            at: time(Int64(number)), component: 0, attempt: 1, step: step, number: number, result: .intended,
            detail: "offer ‘A’; \"£1\" → 🎫\n\t%s ? :1 --")
    }

    static let key = IdempotencyKey(caller: "shop", key: "order-1")

    static func time(_ seconds: Int64) -> Timestamp { Timestamp(secondsSinceEpoch: 1_800_000_000 + seconds) }

    static func lease(_ owner: String, until seconds: Int64 = 10) -> Lease {
        Lease(owner: owner, until: time(seconds))
    }

    static func claim(_ owner: String, for request: [UInt8] = [1, 2, 3], until seconds: Int64 = 10) -> KeyClaim {
        KeyClaim(fingerprint: request, owner: owner, expiresAt: time(seconds))
    }
}

extension Lease {
    /// The owner "first", for ten seconds from the contract's start of time.
    public static let sample = BookingStoreContract.lease("first")
}

/// Runs `body`, and records an issue unless it throws a `conflict`.
func expectConflict(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    let error = await #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error?.code == .conflict, sourceLocation: sourceLocation)
}

/// Runs `count` tasks at once, and counts those that won.
func winners(of count: Int, _ body: @escaping @Sendable (Int) async throws -> Bool) async throws -> Int {
    try await withThrowingTaskGroup(of: Bool.self) { group in
        for index in 0..<count { group.addTask { try await body(index) } }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
}
