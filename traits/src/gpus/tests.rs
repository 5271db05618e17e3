use super::*;

type TestGpus = MockGpus<MockOnGpuStatus>;

const FACTS: GpuFacts = GpuFacts {
	operator: 3,
	model: 1,
	status: GpuStatus::Offline,
};

#[test]
fn pools_should_be_told_when_a_gpu_comes_and_goes() {
	sp_io::TestExternalities::default().execute_with(|| {
		TestGpus::add(7, &1u64, FACTS);
		assert_eq!(TestGpus::set_status(7, GpuStatus::Online, 10), Ok(()));
		assert!(TestGpus::set_status(7, GpuStatus::Online, 11).is_err());
		assert_eq!(TestGpus::set_status(7, GpuStatus::Suspended, 12), Ok(()));
		assert_eq!(TestGpus::condemn(7, 13), Ok(()));
		assert!(TestGpus::is_condemned(7) && TestGpus::set_status(7, GpuStatus::Online, 14).is_err());
		assert!(TestGpus::condemn(8, 13).is_err());
		assert_eq!(MockOnGpuStatus::moves(), [(7, None), (7, Some(12))]);
		MockProofs::set_owed(7, true);
		assert!(MockProofs::ensure_none_owed(7).is_err() && MockProofs::ensure_none_owed(8).is_ok());
		MockOnGpuStatus::retired(7);
		assert!(MockOnGpuStatus::has_retired(7) && !MockOnGpuStatus::has_retired(8));
		MockOnGpuStatus::set_in_pool(7, true);
		assert!(MockOnGpuStatus::ensure_in_no_pool(7).is_err() && MockOnGpuStatus::ensure_in_no_pool(8).is_ok());
	});
}

#[test]
fn history_should_be_the_sum_of_what_was_noted() {
	sp_io::TestExternalities::default().execute_with(|| {
		let more = GpuHistory {
			earned: 5,
			online: 4,
			rented: 3,
		};
		(0..2).for_each(|_| <TestGpus as Gpus<u64>>::note_history(7, more));
		let twice = GpuHistory {
			earned: 10,
			online: 8,
			rented: 6,
		};
		assert_eq!(TestGpus::history(7), twice);
	});
}

#[test]
fn gpu_should_have_been_free_when_no_customer_had_it_as_the_round_began() {
	sp_io::TestExternalities::default().execute_with(|| {
		MockHosts::rent(7);
		MockHosts::round_opened();
		assert_eq!((MockHosts::was_free(7), MockHosts::was_free(8)), (false, true));
		// What happens since changes nothing.
		MockHosts::give_back(7);
		MockHosts::rent(7);
		for _ in 0..2 {
			MockHosts::rent(8);
			assert!(MockHosts::was_free(8) && !MockHosts::was_free(7));
			MockHosts::give_back(8);
		}
		MockHosts::rent(8);
		MockHosts::give_back(7);
		assert_eq!((MockHosts::was_free(7), MockHosts::was_free(8)), (false, true));
		MockHosts::round_opened();
		assert_eq!((MockHosts::was_free(7), MockHosts::was_free(8)), (true, false));
	});
}

#[test]
fn groups_should_be_dark_until_they_are_lit() {
	sp_io::TestExternalities::default().execute_with(|| {
		MockHosts::darken(3, 10);
		assert_eq!((MockHosts::dark_since(3), MockHosts::dark_since(4)), (Some(10), None));
		MockHosts::light(3);
		assert_eq!((MockHosts::dark_since(3), MockHosts::changes(3)), (None, 2));
	});
}
